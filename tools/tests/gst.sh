#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tests of the GStreamer plug-in: its test programs, also under GStreamer's tracer of
# leaks; then streams of stock encoders, judged by programs of others: tshark, ffprobe
# and GStreamer's demultiplexer. All of it runs in a network namespace of its own, so that
# ports are free, and no packet leaves. O is where things are built.

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")" || exit
if [[ ${1:-} != inside ]]; then
	flags=--net
	((EUID == 0)) || flags+=' --map-root-user'
	# shellcheck disable=SC2086 # two words
	exec unshare $flags "$PWD/${0##*/}" inside
fi
ip link set lo up || exit
# shellcheck source=lib.sh
. ./lib.sh

trap 'rm -rf -- "$work"' EXIT

sink=127.0.0.1 rtp=1028 rtcp=1029
export GST_REGISTRY=$work/registry
# A plug-in built with a sanitizer needs the sanitizer in the program that loads it; the
# test programs contain the elements.
sanitizer=''
if readelf -d "$O/gst/libgstmiracast.so" | grep -q 'NEEDED.*libasan'; then
	sanitizer=$(cc -print-file-name=libasan.so)
	export ASAN_OPTIONS=detect_leaks=0	# the tracer finds those of objects
fi

# --- Our own programs -----------------------------------------------------------

for part in ../gst/tests/test_*.c; do
	name=$(basename "$part" .c)
	run_part "$name" "$O/gst/tests/$name"
done

# leaks PROGRAM: objects that are left at its end, one a line. Also prints something when
# the tracer did not run.
leaks()
{
	GST_TRACERS=leaks GST_DEBUG_NO_COLOR=1 GST_DEBUG=GST_TRACER:7 timeout 900 "$@" 2>&1 |
		awk '/object-alive,/ && !/format string/ { print } /object-alive\.class/ { watched = 1 }
			END { if (!watched) print "the tracer was not there" }'
}
nothing()
{
	local found
	found=$(cat)
	[[ $found ]] || return 0
	head -n 10 <<<"${found//#/# }"
	return 1
}
for part in ../gst/tests/test_*.c; do
	name=$(basename "$part" .c)
	check "$name leaks nothing" nothing < <(leaks "$O/gst/tests/$name")
done

export GST_PLUGIN_PATH=$O/gst

# --- Documentation --------------------------------------------------------------

inspect() { LD_PRELOAD=$sanitizer gst-inspect-1.0 "$@" 2>/dev/null; }
for element in wfdmux wfdsink miracastsrc; do
	inspect $element >"$work/$element.txt"
	check "gst-inspect knows $element" grep -q 'Klass .*\(Muxer\|Sink\|Source\)' "$work/$element.txt"
	check 'and what it is for' grep -q 'Description  *.\{80\}' "$work/$element.txt"
done
# Times and sizes without a unit are guesswork.
unitless() { grep -hE '^  (pcr-interval|psi-interval|pts-delay|idle-time|max-wait|rtcp-interval|buffer-size) ' \
	"$work"/wfd*.txt | grep -vE 'nanoseconds|bytes'; }
check 'properties name their units' nothing < <(unitless)
# property NAME WORDS: of miracastsrc, with its default or with who may set it.
property() { grep -qE "^  $1 +: .*" "$work/miracastsrc.txt" && grep -A 4 -E "^  $1 " "$work/miracastsrc.txt" | grep -qE "$2"; }
check 'the monitor has modes by default' property modes '1920x1080@60'
check 'delivery is by copies' property delivery 'Default: 1, "copy"'
check 'the broker is asked when it has to be' property broker 'Default: 0, "auto"'
check 'the context is got on the way to PAUSED' property fd 'changeable only in NULL or READY'
check 'what changes in PLAYING says so' property min-framerate 'changeable in NULL, READY, PAUSED or PLAYING'
check 'what counts in NULL only says so' nothing < <(grep -E '^  (host|port|rtcp-port|bind-[a-z]+|dscp|buffer-size) ' \
	"$work/wfdsink.txt" | grep -v 'counts when it is set in NULL')
check 'what changes in PLAYING says so, too' \
	same 2 "$(grep -A 2 -E '^  (max-wait|rtcp-interval) ' "$work/wfdsink.txt" | grep -c 'changeable in .*PLAYING')"
check 'DMABuf is in the template' grep -q 'video/x-raw(memory:DMABuf)' "$work/miracastsrc.txt"
check 'and the signals are listed' grep -q '"answer-mode"' "$work/miracastsrc.txt"

# --- Streams --------------------------------------------------------------------

frames=90
launch() { LD_PRELOAD=$sanitizer timeout 60 gst-launch-1.0 -q "$@" 2>&1 | grep -vE '^$|OpenH264'; }
picture=(videotestsrc pattern=ball "num-buffers=$frames" ! 'video/x-raw,width=320,height=240,framerate=30/1'
	! x264enc tune=zerolatency key-int-max=30 ! h264parse config-interval=-1 ! mux.video)
# As long as the pictures: 3 s.
tone=(audiotestsrc num-buffers=150 samplesperbuffer=960)
aac=("${tone[@]}" ! 'audio/x-raw,rate=48000,channels=2' ! voaacenc ! aacparse ! mux.audio)
lpcm=("${tone[@]}" ! audioconvert ! 'audio/x-raw,format=S16BE,rate=48000,channels=2' ! tee name=samples
	! queue ! mux.audio samples. ! queue ! filesink "location=$work/samples")

# As a screen is: the clock is that of the pipeline, and sets the pace.
live_picture=(videotestsrc is-live=true "${picture[@]:1}")
live_aac=(audiotestsrc is-live=true "${aac[@]:1}")
live_lpcm=(audiotestsrc is-live=true "${lpcm[@]:1}")

# record NAME SOURCE...: the sent datagrams, as $work/NAME.pcap. The loopback has each
# twice, on its way out and in. Live sources have NAME live-...
record()
{
	local name=$1 sync=true capture
	shift
	start "$name" tshark -q -i lo -f 'inbound and udp' -w "$work/$name.pcap"
	capture=$pid
	within 15 said "$name" 'Capturing on' || return
	# tshark reports that it captures a little too early, so wait until it has seen a
	# datagram of another port.
	within 15 probed "$name" || return
	[[ $name = live-* ]] && sync=false
	launch wfdmux name=mux ! wfdsink "host=$sink" "port=$rtp" "sync=$sync" "$@"
	within 15 ended "$name" || return
	stop "$capture"
}
probe() { echo "$1" >"/dev/udp/$sink/9"; }
heard() { grep -qa "$2" "$work/$1.pcap" 2>/dev/null; }
probed() { probe begin; heard "$1" begin; }
ended() { probe ended; heard "$1" ended; }

# tshark's reading of it, once: one line for each datagram, one column for each field.
fields=(frame.time_relative rtp.seq rtp.marker rtp.p_type rtp.ssrc mp2t.pid mp2t.cc.drop mp2t.analysis.skips
	mp2t.tei _ws.malformed mp2t.af.pcr mpeg-pes.stream mpeg_pmt.stream.type mpeg_pmt.pcr_pid
	ip.dsfield.dscp rtcp.pt rtcp.senderssrc)
dissect()
{
	tshark -r "$work/$1.pcap" -d "udp.port==$rtp,rtp" -d "udp.port==$rtcp,rtcp" \
		-Y "udp.dstport == $rtp or udp.dstport == $rtcp" -T fields "${fields[@]/#/-e}" \
		>"$work/$1.fields" 2>/dev/null
	[[ -s $work/$1.fields ]]
}

# field NAME FIELD: its values, one a line, in order.
field()
{
	local nth
	for nth in "${!fields[@]}"; do
		[[ ${fields[nth]} != "$2" ]] || cut -f $((nth + 1)) "$work/$1.fields" | tr ',' '\n' | grep .
	done
}
# values NAME FIELD: its distinct values, in one line.
values() { field "$@" | sort -u | paste -sd ' '; }
gapless() { awk 'NR > 1 && $1 != (last + 1) % 65536 { bad = 1 } { last = $1 } END { exit bad || NR < 10 }'; }
# Clock references in units of 1/27000000 s; prints the longest interval, in milliseconds.
longest()
{
	awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1 }
		END { if (NR < 10) exit 1; printf "%.1f\n", most / 27000 }'
}
# Reads lines with a time and a reference; prints by how much their difference varies, in
# milliseconds.
jitter()
{
	awk -F '\t' '$11 { split($11, c, ","); d = $1 * 1000 - c[1] / 27000
			if (!n++) max = min = d; if (d > max) max = d; if (d < min) min = d }
		END { printf "%.1f\n", max - min }'
}
at_most() { awk 'BEGIN { exit !(ARGV[1] != "" && ARGV[1] <= ARGV[2]) }' "${1:-}" "$2"; }

judge()
{
	local name=$1 types=$2 streams=$3 most=${4:-100} interval
	check "$name: the PIDs are those of Wi-Fi Display" \
		same '0x00000000 0x00000100 0x00001000 0x00001011 0x00001100' "$(values "$name" mp2t.pid)"
	check "$name: no continuity counter jumps" \
		nothing < <(field "$name" mp2t.cc.drop; field "$name" mp2t.analysis.skips)
	check "$name: nothing is malformed" same '0' "$(field "$name" _ws.malformed; values "$name" mp2t.tei)"
	check "$name: no RTP packet is missing" gapless < <(field "$name" rtp.seq)
	check "$name: the payload type is 33" same 33 "$(values "$name" rtp.p_type)"
	check "$name: one marker a picture" same "$frames" "$(field "$name" rtp.marker | grep -c 1)"
	check "$name: as many pictures begin" same "$frames" "$(field "$name" mpeg-pes.stream | grep -c '0xe0')"
	check "$name: pictures and sound are $streams" same "$streams" "$(values "$name" mpeg-pes.stream)"
	check "$name: the stream types are $types" same "$types" "$(values "$name" mpeg_pmt.stream.type)"
	check "$name: the clock has a PID of its own" same 0x1000 "$(values "$name" mpeg_pmt.pcr_pid)"
	interval=$(field "$name" mp2t.af.pcr | longest)
	check "$name: at most $most ms from clock to clock, here ${interval:-?}" at_most "$interval" "$most"
	echo "# the clock's jitter is $(jitter <"$work/$name.fields") ms"
	# The last picture of a clip of 3 s, which is played in real time.
	check "$name: the pace is that of the pictures" at_most 2.9 "$(field "$name" frame.time_relative | tail -n 1)"
	check "$name: all is marked AF41" same 34 "$(values "$name" ip.dsfield.dscp)"
	check "$name: sender reports, with a name" same '200 202' "$(values "$name" rtcp.pt)"
	check "$name: of the same source" same "$(values "$name" rtp.ssrc)" "$(values "$name" rtcp.senderssrc)"
}

must 'a stream with AAC is recorded' record aac "${picture[@]}" "${aac[@]}" && dissect aac &&
	judge aac '0x0f 0x1b' '0xc0 0xe0'
must 'a stream with LPCM is recorded' record lpcm "${picture[@]}" "${lpcm[@]}" && dissect lpcm &&
	judge lpcm '0x1b 0x83' '0xbd 0xe0'
# Clock references are made by threads there, which may wait for a processor.
must 'a live stream with AAC is recorded' record live-aac "${live_picture[@]}" "${live_aac[@]}" && dissect live-aac &&
	judge live-aac '0x0f 0x1b' '0xc0 0xe0' 300
must 'a live stream with LPCM is recorded' record live-lpcm "${live_picture[@]}" "${live_lpcm[@]}" &&
	dissect live-lpcm && judge live-lpcm '0x1b 0x83' '0xbd 0xe0' 300

# --- Files ----------------------------------------------------------------------

for sound in aac lpcm; do
	declare -n source=$sound
	launch wfdmux name=mux ! filesink "location=$work/$sound.ts" "${picture[@]}" "${source[@]}"
	check "a file with $sound is whole packets" [ $(($(stat -c %s "$work/$sound.ts") % 188)) = 0 -a -s "$work/$sound.ts" ]
	probe=$(ffprobe -v error -count_frames -select_streams v -show_entries \
		stream=id,codec_name,profile,nb_read_frames:program=pmt_pid,pcr_pid -of flat "$work/$sound.ts" 2>&1)
	for what in 'pmt_pid=256' 'pcr_pid=4096' 'id="0x1011"' 'codec_name="h264"' 'profile="Constrained Baseline"' \
			"nb_read_frames=\"$frames\""; do
		check "ffprobe: $what" grep -q "$what" <<<"$probe"
	done
done
probe=$(ffprobe -v error -select_streams a -count_frames -show_entries stream=id,codec_name,sample_rate,channels,nb_read_frames \
	-of flat "$work/aac.ts" 2>&1)
for what in 'id="0x1100"' 'codec_name="aac"' 'sample_rate="48000"' 'channels=2' 'nb_read_frames="14[0-9]"'; do
	check "ffprobe: $what" grep -q "$what" <<<"$probe"
done

# ffmpeg does not know this LPCM, and copies it unchanged: a header, then samples.
ffprobe -v error -select_streams 1 -show_packets -show_data "$work/lpcm.ts" 2>/dev/null |
	sed -nE 's/^[0-9a-f]{8}: ((([0-9a-f]{2}|[0-9a-f]{4}) )+) .*/\1/p' | tr -d ' ' |
	python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex("".join(sys.stdin.read().split())))' >"$work/lpcm.bin"
headed() { od -An -v -tx1 -w1924 "$work/lpcm.bin" | cut -c 2-12 | sort -u; }
bare() { python3 -c 'import sys; d = open(sys.argv[1], "rb").read()
for at in range(0, len(d), 1924): sys.stdout.buffer.write(d[at + 4:at + 1924])' "$work/lpcm.bin"; }
check 'ffprobe: each packet of LPCM has its header' same 'a0 06 00 11' "$(headed)"
check 'ffprobe: and the samples are those that were there' cmp "$work/samples" <(bare)

# Reads the stream as sinks based on GStreamer do; pads are named after their PIDs. When a
# whole file is read at once, tsdemux sometimes loses a stream, with any multiplexer.
demuxed()
{
	LD_PRELOAD=$sanitizer timeout 60 gst-launch-1.0 -v filesrc "location=$work/aac.ts" ! tsdemux name=demux \
		demux.video_0_1011 ! queue ! h264parse ! fakesink name=pictures \
		demux.audio_0_1100 ! queue ! aacparse ! fakesink name=sound >"$work/demuxed" 2>&1
	grep -qa 'pictures.*caps = video/x-h264.*width=(int)320' "$work/demuxed" &&
		grep -qa 'sound.*caps = audio/mpeg.*rate=(int)48000' "$work/demuxed"
}
at_last() { for _ in 1 2 3 4 5; do demuxed && return; done; return 1; }
check 'tsdemux finds the pictures and the sound' at_last

# --- Defaults -------------------------------------------------------------------

# An encoder with default properties makes a stream that each sink understands.
profile=$(LD_PRELOAD=$sanitizer timeout 60 gst-launch-1.0 -v videotestsrc num-buffers=3 ! x264enc tune=zerolatency \
	! wfdmux ! fakesink 2>&1)
check 'x264enc chooses Constrained Baseline' grep -q 'x264enc.*src: caps.*profile=(string)constrained-baseline' <<<"$profile"

summary
