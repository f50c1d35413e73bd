# SPDX-License-Identifier: MIT
#
# The scenarios, by file without its .bats, and their helpers.

features = %D%/api %D%/arch %D%/badinput %D%/bench %D%/bootstrap %D%/build %D%/callers \
	%D%/callers_table %D%/children %D%/contract %D%/emulator %D%/exe %D%/exec %D%/exec_errors \
	%D%/exec_programs %D%/exec_tools %D%/faults %D%/fence %D%/fixed %D%/format %D%/growing \
	%D%/hostguest %D%/inspect %D%/instructions %D%/interrupts %D%/kernel %D%/launch \
	%D%/launch_itself %D%/launch_library %D%/launch_places %D%/launch_rights %D%/launch_tools \
	%D%/limits %D%/man_examples %D%/matrix %D%/memory %D%/mremap %D%/munmap %D%/oracle \
	%D%/origin %D%/packages %D%/pages %D%/pkgconfig %D%/placement %D%/places %D%/probes \
	%D%/process %D%/programs %D%/ranges %D%/report %D%/reserve %D%/rooms %D%/sandbox %D%/shm \
	%D%/start %D%/static %D%/stress %D%/systems %D%/threads %D%/trace %D%/vactl \
	%D%/vactl_check %D%/vactl_completion %D%/vactl_core %D%/vactl_explain %D%/vactl_hostile \
	%D%/vactl_json %D%/vactl_library %D%/vactl_maps %D%/vactl_plot %D%/vactl_run \
	%D%/vactl_stat %D%/vactl_watch %D%/walk
scenarios = $(features:=.bats)
EXTRA_DIST += %D%/api.bash %D%/callers.bash %D%/exec.bash %D%/helpers.bash %D%/launch.bash \
	%D%/vactl.bash $(scenarios)
