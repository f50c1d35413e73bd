/* SPDX-License-Identifier: MIT */
/* Where the model finds the library: all of its paths are here. */
#ifndef VALIMIT_TESTS_MODEL_LIBRARY_H
#define VALIMIT_TESTS_MODEL_LIBRARY_H

#include "core/table.h"
#include "core/tree.h"
#include "core/window.h"
#include "edge/gate.h"
#include "place/area.h"
#include "place/passthrough.h"
#include "fence/fence.h"
#include "fence/fence_hold.h"
#include "fence/fence_hole.h"
#include "table/adopt.h"
#include "table/claim.h"
#include "table/held.h"
#include "table/lock.h"
#include "table/mutex.h"
#include "place/op_mmap.h"
#include "sys/mask.h"
#include "place/op_mremap.h"
#include "place/op_reserve.h"
#include "place/settle.h"
#include "place/relimit.h"
#include "table/space.h"
#include "table/sync.h"
#include "sys/sys.h"
#include "place/op_munmap.h"

#endif
