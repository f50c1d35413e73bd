# SPDX-License-Identifier: MIT
#
# The programs of the matrix. For each NAME:
#
#	make_NAME   skips where something is missing, and makes what it needs in the
#	            current folder; may be absent
#	starts_NAME prints the programs that it starts, where some are linked to fixed
#	            addresses; may be absent
#	run_NAME    runs it, and prints its result; "confined" stands for whatever
#	            runs it, in a window or without

run_true() { confined true; }

run_bash() {
	confined bash -c '
		set -e -o pipefail
		n=$(seq 1 20000 | sort -R | awk "{ print \$1 % 7 }" | sort | uniq -c | wc -l)
		for i in 1 2 3 4 5; do (echo $i | sed s/./x/ | tr x y | cat) & done >/dev/null
		wait
		cat <(echo one) <(echo two) | paste -sd+ | sed "s/\$/+$n/"'
}

make_python() {
	need python3
	python=$(python_path)
	cat >test.py <<-'END'
		import ctypes, json, subprocess, sys, threading
		libc = ctypes.CDLL(None, use_errno=True)
		libc.mmap.restype = ctypes.c_void_p
		libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
		sums = []
		def work(n):
		    address = libc.mmap(None, 1 << 20, 3, 0x22, -1, 0)
		    ctypes.memset(address, n, 1 << 20)
		    sums.append(len(json.dumps(list(range(20000)))) + ctypes.string_at(address, 1)[0])
		threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
		for t in threads: t.start()
		for t in threads: t.join()
		print(sum(sums), ctypes.CDLL("libm.so.6") is not None)
		for shell in (False, True):
		    print(subprocess.run(["echo child"] if shell else ["echo", "child"], shell=shell,
		                         capture_output=True, text=True).stdout.strip())
		print(sys.executable)
	END
}
run_python() { confined "$python" test.py; }

make_perl() { need perl; }
run_perl() {
	confined perl -MPOSIX -e '
		my %h = map { $_ => "x" x ($_ % 100) } 1 .. 30000;
		my $big = "y" x (64 << 20);
		my $pid = fork;
		if (!$pid) { my $s = 0; $s += length $h{$_} for keys %h; exit($s == 1485000 ? 0 : 1) }
		waitpid $pid, 0;
		die "child" if $?;
		my @sorted = sort { $a <=> $b } keys %h;
		print length($big) + @sorted, " $^X\n"'
}

# Each thread of node's reserves half a GiB for code, unless it is told otherwise: two
# are not, since they are to fail.
write_node() {
	cat >test.js <<-'END'
		const { Worker, isMainThread, parentPort } = require('worker_threads');
		if (isMainThread) {
			const threads = Number(process.argv[2]);
			let left = threads;
			const buffer = Buffer.alloc(32 << 20, 1);
			for (let i = 0; i < threads; i++)
				new Worker(__filename, threads > 1 ? {} : { resourceLimits: { codeRangeSizeMb: 64 } }).on('message', (n) => {
					if (n !== 499999500000) process.exit(1);
					if (--left === 0) console.log(buffer.length, process.execPath);
				});
		} else {
			const a = Array.from({ length: 1000000 }, (_, i) => i);
			parentPort.postMessage(a.reduce((x, y) => x + y));
		}
	END
}
make_node() { need node && write_node; }
run_node() { confined node test.js 1; }

make_nodes() { need node && write_node; }
run_nodes() { confined node test.js 2; }

write_java() {
	need java
	need javac
	cat >Test.java <<-'END'
		import java.util.*;
		class Test {
			static long sum;
			public static void main(String[] a) throws Exception {
				Thread[] t = new Thread[4];
				for (int i = 0; i < t.length; i++) (t[i] = new Thread(() -> {
					Map<Integer, byte[]> m = new HashMap<>();
					for (int k = 0; k < 200000; k++) m.put(k % 1000, new byte[1000]);
					synchronized (Test.class) { sum += m.size(); }
				})).start();
				for (Thread x : t) x.join();
				System.out.println(sum + " " + System.getProperty("java.home"));
			}
		}
	END
	javac Test.java
}
make_java() { write_java; }
# With the collector of larger machines, wherever it is.
run_java() { confined java -Xmx256m -XX:+UseG1GC -Xshare:auto Test; }

make_java_small() { write_java; }
run_java_small() { confined java -Xmx256m -XX:+UseG1GC -XX:CompressedClassSpaceSize=128m Test; }

make_gcc() {
	need gcc
	printf '%s\n' '#include <stdio.h>' '#include <math.h>' \
		'int main(int n, char **v) { (void)v; printf("%.3f\n", sqrt(n + 1.0)); }' >test.c
}
starts_gcc() {
	local part

	echo gcc
	for part in cc1 collect2 lto-wrapper lto1; do
		gcc -print-prog-name=$part
	done
}
run_gcc() { confined sh -c 'gcc -O2 -g -flto -o test test.c -lm && ./test'; }

make_git() {
	need git
	git init -q a
	for i in 1 2 3; do
		seq $i 3000 >a/file$i
		git -C a add .
		git -C a -c user.email=test@example.org -c user.name=test commit -q -m $i
	done
}
run_git() {
	rm -rf b
	confined sh -c 'git clone -q --no-local a b && git -C b gc -q && git -C b fsck --no-progress &&
		git -C b log --oneline | wc -l && cat b/file3 | cksum'
}

make_sqlite() { need sqlite3; }
run_sqlite() {
	rm -f test.db
	confined sqlite3 test.db 'PRAGMA mmap_size=268435456; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
		INSERT INTO t SELECT i, hex(i * 7919) FROM n;
		CREATE INDEX x ON t (b); SELECT count(*) FROM t WHERE b > 3; VACUUM; SELECT sum(a) FROM t;'
}

# Debian's redis-tools has the server under another name, without the service.
make_redis() {
	local server

	need redis-cli
	need redis-benchmark
	server=$(command -v redis-server || command -v redis-check-rdb) || skip "redis-server is not installed"
	ln -sf "$(realpath "$server")" redis-server
	cat >load.sh <<-'END'
		n=0
		until redis-cli -s socket ping >/dev/null 2>&1; do
			n=$((n + 1)) && [ $n -lt 200 ] || exit 1
			sleep 0.05
		done
		redis-benchmark -s socket -q -n 5000 -c 20 -P 8 -d 1000 -r 1000 -t set,get,lpush,lrange_100,mset >/dev/null
		redis-cli -s socket set key value
		redis-cli -s socket save
		redis-cli -s socket get key
		redis-cli -s socket lastsave >/dev/null
		redis-cli -s socket bgsave >/dev/null
		while redis-cli -s socket info persistence | grep -q rdb_bgsave_in_progress:1; do
			sleep 0.05
		done
		redis-cli -s socket info persistence | grep -o 'rdb_last_bgsave_status:ok'
		redis-cli -s socket shutdown nosave
	END
}
run_redis() {
	local status=0

	rm -f socket dump.rdb
	sh load.sh >load 2>&1 3>&- &
	confined ./redis-server --port 0 --unixsocket socket --save '' --logfile log || status=$?
	wait $!
	cat load
	return $status
}

make_go() {
	need go
	cat >test.go <<-'END'
		package main
		import ("fmt"; "os"; "os/exec"; "runtime"; "sync")
		func main() {
			var wg sync.WaitGroup
			total := make([]int, 16)
			for i := range total {
				wg.Add(1)
				go func(i int) {
					defer wg.Done()
					m := map[int][]byte{}
					for k := 0; k < 20000; k++ { m[k%500] = make([]byte, 1000) }
					total[i] = len(m)
				}(i)
			}
			wg.Wait()
			runtime.GC()
			sum := 0
			for _, n := range total { sum += n }
			out, err := exec.Command("echo", "child").Output()
			if err != nil { fmt.Println(err); os.Exit(1) }
			fmt.Print(sum, " ", string(out))
		}
	END
	GOCACHE=$PWD/cache GOFLAGS=-mod=mod CGO_ENABLED=0 go build -o test-go test.go
}
run_go() { confined ./test-go; }

# A C program in several guises: heap, threads, a child, where its stack is.
write_c() {
	cat >test.c <<-'END'
		#include <pthread.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include <sys/wait.h>
		#include <time.h>
		#include <unistd.h>
		static void *work(void *n) {
			char *block = 0;
			for (int i = 1; i < 200; i++) { block = realloc(block, 5000u * i); memset(block, i, 5000u * i); }
			long sum = (long)n + block[0];
			free(block);
			return (void *)sum;
		}
		int main(int count, char **word) {
			pthread_t thread[4]; long sum = 0; void *result; int status; struct timespec now;
			for (long i = 0; i < 4; i++) if (pthread_create(&thread[i], 0, work, (void *)i)) return 1;
			for (int i = 0; i < 4; i++) { pthread_join(thread[i], &result); sum += (long)result; }
			pid_t pid = fork();
			if (pid == 0) _exit(7);
			waitpid(pid, &status, 0);
			printf("%d %s %s %ld %d %d\n", count, word[0], getenv("HOME") ? "home" : "none", sum,
			       WEXITSTATUS(status), clock_gettime(CLOCK_MONOTONIC, &now));
			return 0;
		}
	END
}
make_static() { need gcc && write_c && gcc -O1 -static -no-pie -o test-static test.c -lpthread; }
run_static() { confined ./test-static one two; }

make_staticpie() { need gcc && write_c && gcc -O1 -static-pie -fPIE -o test-pie test.c -lpthread; }
run_staticpie() { confined ./test-pie one two; }

make_fixed() { need gcc && write_c && gcc -O1 -no-pie -fno-pie -o test-fixed test.c -lpthread; }
run_fixed() { confined ./test-fixed one two; }

make_musl() { need musl-gcc && write_c && musl-gcc -O1 -o test-musl test.c; }
run_musl() { confined ./test-musl one two; }

make_muslstatic() { need musl-gcc && write_c && musl-gcc -O1 -static -o test-muslstatic test.c; }
run_muslstatic() { confined ./test-muslstatic one two; }

make_busybox() { need busybox; }
run_busybox() {
	confined busybox sh -c 'busybox seq 1 1000 | busybox sort -rn | busybox head -n 2; echo $((6 * 7))'
}

make_luajit() { need luajit; }
run_luajit() {
	confined luajit -e 'local t, s = {}, 0
		for i = 1, 200000 do t[i] = { i } end
		for i = 1, #t do s = s + t[i][1] end
		local x = 0; for i = 1, 3e6 do x = (x * 31 + i) % 1000003 end
		print(s, x, #string.rep("a", 1e7), jit.status())'
}

make_sbcl() { need sbcl; }
run_sbcl() {
	confined sbcl --noinform --no-userinit --no-sysinit --non-interactive --eval '(progn
		(defun fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
		(compile (quote fib))
		(let ((l (loop for i below 1000000 collect i))) (gc :full t)
			(format t "~a ~a ~a~%" (fib 20) (reduce (function +) l) sb-ext:*runtime-pathname*)))'
}

make_ruby() { need ruby; }
run_ruby() {
	confined ruby -e 'a = (1..200000).map { |i| i.to_s * 3 }
		t = 4.times.map { |n| Thread.new { a.sum(&:size) + n } }
		puts "#{t.sum(&:value)} #{`echo child`.strip} #{fork { exit 3 } && Process.wait2[1].exitstatus}"'
}

run_threads() { confined "$GUEST/threads" 16 ring; }

# --- what cannot work in a small window --------------------------------------

make_java_6g() { need java; }
run_java_6g() { confined java -Xms6g -Xmx6g --version; }

make_wasm() {
	need node
	echo 'const m = [];
		for (let i = 0; i < 2; i++) m.push(new WebAssembly.Memory({ initial: 1, maximum: 65536 }));
		console.log(m.length)' >wasm.js
}
run_wasm() { confined node wasm.js; }

make_asan() {
	need gcc
	echo 'int main(void) { return 0; }' >asan.c
	gcc -fsanitize=address -o asan asan.c || skip "no AddressSanitizer"
	./asan || skip "AddressSanitizer does not run here"
}
# AddressSanitizer demands to be the first library, unless it is told otherwise.
run_asan() { ASAN_OPTIONS=verify_asan_link_order=0 confined ./asan; }
