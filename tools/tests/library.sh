#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tests of libmiracast as programs use it: the functions that the shared library exports,
# and that an installation by "make install-lib" suffices to build and run a program. O is
# where things are built.

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh

trap 'rm -rf -- "$work"' EXIT
unset MAKEFLAGS MFLAGS	# those of the make that has started this

library=$O/libmiracast.so.0
root=$work/root
read -ra drm < <(pkg-config --cflags libdrm)

# The functions that the header declares for others to link, and the map's names.
declared()
{
	cc -E -P -I../lib -I../../uapi/drm "${drm[@]}" - <<<'#include "miracast.h"' | tr '\n' ' ' |
		sed -E 's/(static inline|typedef) +[a-z0-9_ ]+\*? *mc_[a-z0-9_]+ *\(/(/g' |
		grep -oE '\bmc_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u
}
mapped() { sed -nE "/^$1 /,/^}/s/^	(mc_.*);/\\1/p" ../lib/libmiracast.map | sort; }
exported() { nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }' | sort; }
nothing() { [[ ! $(cat) ]]; }

declared >"$work/declared"
sed -nE 's/^	(mc_.*);/\1/p' ../lib/libmiracast.map | sort >"$work/mapped"
{ mapped LIBMIRACAST_0 | sed 's/$/@@LIBMIRACAST_0/'
  mapped LIBMIRACAST_WFD_0 | sed 's/$/@@LIBMIRACAST_WFD_0/'; } | sort >"$work/versions"
exported >"$work/exported"
check 'the header declares more than a few functions' [ "$(wc -l <"$work/declared")" -gt 100 ]
check 'the map has the functions that the header declares' diff "$work/declared" "$work/mapped"
check 'the library exports those of the map, with their versions, and no others' \
	diff "$work/versions" "$work/exported"

# A static program has functions of its own beside those that the map would hide.
defined() { nm -g --defined-only "$O/libmiracast.a" | awk 'NF == 3 { print $3 }'; }
foreign_names() { defined | grep -v '^mc_'; }
check 'all names of the static library begin with mc_' nothing < <(foreign_names)

dynamic() { readelf -d "$library"; }
check 'its soname is libmiracast.so.0' grep -q 'SONAME.*\[libmiracast.so.0\]' <(dynamic)
sanitized=''
! grep -q 'NEEDED.*lib[au]*san' <(dynamic) || sanitized=1
check 'no code is changed when it is loaded' nothing < <(dynamic | grep TEXTREL)
# The functions that it calls, without versions and without the variants that compilers,
# file sizes and C standards choose. Before a new one is added here, check whether it waits,
# prints, keeps state, depends on the locale, or ends the program.
imported()
{
	nm -D --undefined-only "$library" | awk '$1 == "U" { print $2 }' |
		sed -E 's/@.*//; s/^__(.*)_chk$/\1/; s/^__isoc(99|23)_//; s/64$//' |
		grep -vE '^__([atu]|ub)san_|^__stack_chk_fail' | sort -u
}
allowed='drm[A-Z][A-Za-z0-9]*|__errno_location|__ctype_b_loc
	|mem(cpy|move|set|cmp|chr)|str(n?len|n?cmp|n?cpy|r?chr|str|c?spn|pbrk|toul|verscmp)|stpcpy
	|v?snprintf|malloc|calloc|realloc|free|qsort
	|clock_gettime|sysconf|open|close|read|lseek|f?stat|mmap|munmap|fopen|fgets|fclose
	|opendir|readdir|closedir'
foreign() { imported | grep -vxE "${allowed//[$'\n\t']/}"; }
check 'it calls more than a few functions' [ "$(imported | wc -l)" -gt 30 ]
check 'and none that is not known: no threads, no signals, no end of the program' \
	nothing < <(foreign)
# Writable data would be state that threads share.
state() { size -A "$O/libmiracast.a" | awk '($1 == ".data" || $1 == ".bss") && $2'; }
needed() { dynamic | sed -nE 's/.*NEEDED.*\[(.*)\]/\1/p' | grep -vE '^(libc|libdrm)\.so\.[0-9]+$'; }
# Sanitizers have libraries and state.
if [[ ! $sanitized ]]; then
	check 'it stands on libc and libdrm alone' nothing < <(needed)
	check 'it has no state of its own' nothing < <(state)
fi

must 'the library is installed' make -s -C .. O="$O" PREFIX="$root" install-lib || exit
export PKG_CONFIG_PATH=$root/lib/pkgconfig LD_LIBRARY_PATH=$root/lib
read -ra cflags < <(pkg-config --cflags libmiracast)
read -ra libs < <(pkg-config --libs libmiracast)
check 'pkg-config has it' [ "${#cflags[@]}" -gt 0 -a "${libs[*]}" = "-L$root/lib -lmiracast" ]
file=$(readlink "$root/lib/libmiracast.so.0")
check 'the soname leads to the file' [ "$file" = libmiracast.so.0.0.0 -a -f "$root/lib/$file" ]
version=$(pkg-config --modversion libmiracast)
header_version()
{
	echo 'MC_VERSION_MAJOR MC_VERSION_MINOR' |
		gcc -E -P -include miracast/miracast.h "${cflags[@]}" - | tail -n 1 | tr ' ' .
}
check 'a program can ask for 1.0' pkg-config --atleast-version=1.0 libmiracast
check 'the headers have that version' [ "$(header_version)" = "$version" ]
check 'as has miracastctl' [ "$("$O/miracastctl" --version)" = "miracastctl $version" ]
check 'and the packages' grep -qE "^miracast \(${version}[~)+-]" <(head -n 1 ../../debian/changelog)

echo '#include <miracast/miracast.h>' >"$work/program.c"
for language in 'c -std=c99' 'c -std=c11' 'c++ -std=c++11' 'c++ -std=c++17'; do
	read -ra flags <<<"$language"
	check "the header alone compiles as ${language#*=}" \
		"$([[ $language = c++* ]] && echo g++ || echo gcc)" -x "${flags[@]}" -Wall -Wextra \
		-Werror -fsyntax-only "${cflags[@]}" "$work/program.c"
done
cat >>"$work/program.c" <<-'END'
	int main(void)
	{
		static struct mc_wfd_params sink;
		struct drm_miracast_mode mode;
		struct mc_device device;

		if (mc_device_open("/dev/null", &device) != -6 || mc_mode_parse("800x600", &mode))
			return 1;
		return mc_wfd_params_parse("wfd_idr_request\r\n", 17, &sink) != 1 ||
		       mode.width != 800;
	}
END
for kind in gcc g++; do
	# Sanitizers of the library are those of the program.
	check "a program of $kind links" "$kind" -x "$([[ $kind = gcc ]] && echo c || echo c++)" \
		${sanitized:+-fsanitize=address,undefined} "${cflags[@]}" -o "$work/program" \
		"$work/program.c" "${libs[@]}"
	check 'and runs' "$work/program"
done
expect 'miracastctl runs with the shared library' 0 'miracastctl [0-9]' "$O/shared/miracastctl" --version
check 'and takes it from there' grep -q "libmiracast.so.0 => $root" <(ldd "$O/shared/miracastctl")
check 'a static program links' gcc ${sanitized:+-fsanitize=address,undefined} "${cflags[@]}" \
	-o "$work/program" "$work/program.c" "$root/lib/libmiracast.a" -ldrm
check 'the example of the manual builds with what is installed' \
	gcc -Wall -Wextra -Werror ${sanitized:+-fsanitize=address,undefined} "${cflags[@]}" \
	-o "$work/example" ../../Documentation/examples/library-owner.c "${libs[@]}"
if [[ ! -e /dev/miracast ]]; then
	check 'and reports that there is no device' grep -q 'no miracast device' <("$work/example" 2>&1)
fi
check 'the example of Wi-Fi Display compiles' \
	gcc -std=gnu11 -Wall -Wextra -Werror "${cflags[@]}" -c -o "$work/example.o" \
	../../Documentation/examples/wfd-source.c

# That of the page, with a library that this plays: a signal, an event, and the end; or
# the call that is named fails, and no other may follow.
page_example()
{
	cat <<-'END'
		#include <drm_fourcc.h>
		#include <errno.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <miracast/miracast.h>

		static int calls, fails, reads, events, open;

		static int call(void)
		{
			if (fails && calls >= fails)
				abort();
			return ++calls == fails ? -EIO : 0;
		}

		int mc_mode_parse(const char *text, struct drm_miracast_mode *mode) { return 0; }
		int mc_device_open_node(const char *path, struct mc_device *device)
		{
			int ret = call();

			open += !ret;
			return ret;
		}
		void mc_device_close(struct mc_device *device) { open--; }
		int mc_device_caps_sized(const struct mc_device *device,
					 struct drm_miracast_query_caps *caps, size_t size)
		{
			return call();
		}
		void mc_monitor_limits(const struct mc_monitor *monitor,
				       const struct drm_miracast_query_caps *caps,
				       struct drm_miracast_create_context *create) { }
		int mc_context_create_sized(int device, const struct drm_miracast_create_context *want,
					    size_t size, struct mc_context *context)
		{
			int ret = call();

			open += !ret;
			return ret;
		}
		void mc_context_close(struct mc_context *context) { open--; }
		int mc_start_session(const struct mc_context *context, uint64_t *session)
		{
			return call();
		}
		int mc_monitor_arrive(const struct mc_context *context,
				      const struct mc_monitor *monitor)
		{
			return call();
		}
		int mc_events_init(struct mc_events *events, int fd) { return call(); }
		void mc_events_fini(struct mc_events *events) { }
		int mc_events_read(struct mc_events *reader)
		{
			if (call())
				return -EIO;
			events = ++reads == 2;
			return reads == 1 ? 0 : reads == 2 ? 32 : -ESTALE;
		}
		int mc_events_next(struct mc_events *reader, struct mc_event *event)
		{
			return events ? events-- : 0;
		}

		static int example(void)
		{
	END
	awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0 } on' ../man/libmiracast.3
	cat <<-'END'
		}

		int main(int argc, char **argv)
		{
			int ret;

			fails = argc > 1 ? atoi(argv[1]) : 0;
			ret = example();
			printf("%d after %d reads, %d open\n", ret, reads, open);
			return 0;
		}
	END
}
page_example >"$work/page.c"
check 'the example of libmiracast(3) builds' gcc -Wall -Wextra -Werror -Wno-unused-parameter \
	${sanitized:+-fsanitize=address,undefined} "${cflags[@]}" "${drm[@]}" -o "$work/page" "$work/page.c"
check 'goes on after a signal, until the context ends' \
	grep -qx -- '-116 after 3 reads, 0 open' <("$work/page" 2>&1)
for call in 1 2 3 4 5 6 7; do
	check "and ends when call $call fails" \
		grep -qx -- '-5 after 0 reads, 0 open' <("$work/page" "$call" 2>&1)
done

check 'no header of the library itself is installed' \
	nothing < <(ls "$root"/include/miracast/{edid_block.h,reserved.h,wfd/pack.h,wfd/text.h} 2>/dev/null)
pages=$root/share/man/man3
undocumented() { while read -r name; do [[ -s $pages/$name.3 ]] || echo "$name"; done <"$work/declared"; }
check 'every function has a manual page' nothing < <(undocumented)
ungrouped() { grep -oE 'miracast_[a-z_]+ 3' "$pages/libmiracast.3" | cut -d' ' -f1 | sort -u | diff - \
	<(cd "$pages" && printf '%s\n' miracast_*.3 | sed 's/\.3$//' | sort); }
check 'and every group is in libmiracast(3)' ungrouped
unclean() { for page in "$pages"/{libmiracast,miracast_*}.3; do groff -mandoc -Tutf8 -ww -z "$page" 2>&1; done; }
check 'and all are clean' nothing < <(unclean)

make -s -C .. O="$O" PREFIX="$root" uninstall
check 'and nothing is left after uninstall' nothing < <(find "$root" ! -type d)

summary
