# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# What arrives of a cast: pictures, sound and times, over networks that lose, delay or go down,
# with modes that change, and of a screen at rest. Sourced by cast.sh.

pair picture "$picture" --seconds $((long / 2)) --pictures 75 --decode
judge picture ended-by-sink played
echo "# the first packet after $(figure picture "d['first_rtp_ms']") ms; from picture to picture in the median" \
	"$(figure picture "d['latency_p50_ms']") ms; PSNR $(figure picture "d['psnr_db']") dB"
check 'the first packet comes soon' true_of picture "d['first_rtp_ms'] < 10000"
check 'pictures are decoded' true_of picture "d['frames'] >= 75 and d['sizes'] == [[1280, 720]]"
check 'none is missing, all can be read' true_of picture "d['frames_missing'] == 0 and d['frames_unreadable'] == 0"
check 'the picture is right' true_of picture "d['psnr_db'] >= 40"
check 'so is the sound' true_of picture "d['sound'] > 50 and d['sound_caps'] == 'audio/mpeg'"
check 'one marker a picture' true_of picture "abs(d['markers'] - d['frames']) <= 3"
check 'each map of the program has picture and sound' true_of picture "d['maps'] and all('1bf011' in m and '0ff100' in m for m in d['maps'])"
# Sound that is sent without a picture is a unit, too.
sent() { sed -nE "s/.*\"$2\": ([0-9]+).*/\1/p" "$work/$1.out" | tail -n 1; }
check 'at most three system calls an access unit' \
	[ "$(sent picture access-units)" -gt 0 -a "$(sent picture system-calls)" -le $((3 * $(sent picture access-units))) ]
check 'access units are bounded' true_of picture "d['largest_unit'] <= 128 * 1024"
check 'it comes from the port that was named' \
	true_of picture "d['setup']['transport'].endswith('server_port=%d' % d['source_ports'][0]) and len(d['source_ports']) == 1"
check 'sender reports come' true_of picture "d['reports'] >= 1"
check 'the session has eight characters' true_of picture "len(d['session'].split(';')[0]) == 8"

pair loss "$picture" --seconds $((long / 2)) --pictures 100 --decode --report --lose 10 --bad-from 0.5 --bad-until 2
judge loss ended-by-sink
check 'packets were lost' true_of loss "d['lost_by_relay'] > 0"
check 'after loss the picture is right again' true_of loss "d['psnr_db'] >= 40"

# Pictures are numbered, and 30 of them are a second, however busy the machine is. A sink
# that cannot ask for an IDR picture recovers only by the one that comes each second. A
# freeze is defined as in the benchmark: a run of pictures that did not arrive or could not
# be decoded.
network()
{
	local name=$1
	shift
	pair "$name" "$picture" --seconds 40 --pictures 240 --decode --jitter 200 --bad-from 1 --bad-until 5 "$@"
	judge "$name" ended-by-sink
	echo "# $name: $(figure "$name" "d['frames']") pictures, a freeze of $(figure "$name" "d['missing_run']")," \
		"in which $(figure "$name" "d['still_run']") did not arrive, right again after $(figure "$name" "d['recovery']"); PSNR $(figure "$name" "d['psnr_db']") dB"
	check "$name: the picture is right at the end" true_of "$name" "d['psnr_db'] >= 40"
	check "$name: and that within a second after it is over" true_of "$name" "d['recovery'] is not None and d['recovery'] <= 31"
	check "$name: the longest freeze ends with the next IDR picture" true_of "$name" "d['missing_run'] <= 31"
	check "$name: and pictures arrive in it within half a second" true_of "$name" "d['still_run'] <= 15"
}
network delayed --delay 50
check 'delayed: none is missing' true_of delayed "d['frames_missing'] == 0"
network reordered --reorder 20
check 'reordered: none is missing' true_of reordered "d['frames_missing'] == 0"
network one-percent --report --lose 1
check 'one-percent: packets were lost' true_of one-percent "d['lost_by_relay'] > 0"

# The link goes down for two seconds, in a network of its own.
unshare --net sleep 600 &
away=$!
is_away() { [[ $(readlink "/proc/$away/ns/net") != "$(readlink /proc/self/ns/net)" ]]; }
within 20 is_away
inside=(nsenter -t "$away" -n)
within 20 "${inside[@]}" ip link set lo up
address
source_of link "--test-picture=$picture" &
ends=$!
sink_of link --seconds 60 --pictures 150 --decode --jitter 200 &
ends+=" $!"
within 20 grep -qs '"event": "play"' "$work/link.out"
sleep 1.5
"${inside[@]}" ip link set lo down
sleep 2
"${inside[@]}" ip link set lo up
# shellcheck disable=SC2086 # two words
wait $ends
judge link ended-by-sink
check 'a link that is down is a freeze, in which none arrives' true_of link "d['still_run'] > 15"
check 'for two seconds, which ends nothing' true_of link "d['frames'] >= 150 and d['psnr_db'] >= 40"
kill "$away"
inside=()

pair modes "$picture,4s,640x480@60,${long}s" --seconds $((long / 2)) --pictures 10 --sizes 2 --decode
judge modes ended-by-sink played
check 'a mode that is changed is on the sink' true_of modes "d['sizes'] == [[1280, 720], [640, 480]]"
check 'by an M4 in the session' true_of modes "d['seen'].count('m4') == 2 and 'format_change' in d['bodies'][-1]"

# Another mode than the one that the sink refuses is on it soon: before the first picture, and
# in the session, where the compositor sets one at once. How busy the machine is takes from
# that, so the best of some counts.
soon()
{
	local name=$1 best='' each
	shift
	for each in 1 2 3 4 5; do
		pair "$name" "$@"
		judge "$name" ended-by-sink played
		each=$(figure "$name" "d['after_refusal_ms']")
		[[ $each = None || ( $best && $each -ge $best ) ]] || best=$each
		[[ ! $best || $best -gt 500 ]] || break
	done
	echo "# $name: another mode is on the sink ${best:-never} ms after it has refused one"
	check "$name: within half a second" [ "${best:-9999}" -le 500 ]
}
soon refused-first '' --seconds $((long / 4)) --pictures 3 --decode --behave refuse-m4
soon refused-later "$picture,1s,800x600@60,640x480@60,${long}s" --seconds $((long / 4)) --pictures 10 --sizes 2 \
	--decode --behave refuse-next
check 'refused-later: it is the one after' true_of refused-later \
	"d['sizes'] == [[1280, 720], [640, 480]] and [m.startswith('refused') for m in d['modes']] == [False, True, False]"

pair refused "$picture,500ms,1920x1200@30,500ms,end" --seconds 30
judge refused none played
check 'a mode that the sink has not offered is not asked for' true_of refused "d['seen'].count('m4') == 1"

# A screen at rest. The sink cannot ask for an IDR picture: after each change and after
# the beginning it gets 16 pictures, an IDR picture, and 16 more. Then nothing.
options=(--bitrate 1500)
hard=pinwheel
pair still "$picture,$hard,still,60s" --seconds 12 --decode --pattern "$hard"
judge still ended-by-sink
echo "# still: $(figure still "d['markers']") pictures, the last after" \
	"$(figure still "d['marker_times'][-1]") s of $(figure still "d['played_s']"); PSNR $(figure still "d['psnr_db']") dB"
check 'a still screen becomes good' true_of still "d['psnr_db'] >= 36"
check 'by a bounded number of pictures' true_of still "17 <= d['markers'] <= 80"
check 'and then costs no encoding' true_of still "d['marker_times'][-1] < d['played_s'] - 3"
pair repaired "$picture,still,black,9s,$hard,60s" --seconds 18 --decode --pattern "$hard" --lose-after-rest 2
judge repaired ended-by-sink
check 'the only picture of a change is lost' true_of repaired "d['rests_lost'] >= 1"
check 'that is repaired though the sink does not ask' true_of repaired "d['psnr_db'] >= 36"
options=()
# A single picture of this pattern is coarse; it becomes sharp with all 16.
pair fine "$picture,spokes,still,60s" --seconds 30 --pictures 34 --decode --pattern spokes
judge fine ended-by-sink
check "a still screen is refined: $(figure fine "d['psnr_db']") dB" true_of fine "d['psnr_db'] >= 40"
# Steps that the test picture does not know are left out.
options=(--timings)
GST_DEBUG=GST_ELEMENT_FACTORY:4 GST_DEBUG_NO_COLOR=1 pair timed "$picture" --seconds 40 --pictures 10
options=()
judge timed ended-by-sink played
# Encoders have a check of their own; there need not be one for AAC.
"$cast" --check --silent --test-picture | sed -n "s/.*GStreamer's element \([^ .]*\)\.$/\1/p" | sort >"$work/checked"
sed -n 's/.*creating element "\([^"]*\)".*/\1/p' "$work/timed.err" | sort -u |
	grep -vxE 'pipeline|bin|capsfilter|queue|fakesink|(vah|v4l2h|x|openh)264enc|avenc_aac|voaacenc|aacparse|pulsesrc' >"$work/made"
check '--check looks at each element that a cast is made of' same "$(<"$work/made")" "$(<"$work/checked")"
in_order()
{
	"$python" - "$work/timed.out" <<-'END'
		import json, sys
		with open(sys.argv[1], encoding='utf-8') as file:
		    events = [event for event in map(json.loads, file) if event['event'] == 'picture']
		sys.exit(not (len(events) >= 10 and all(
		    0 < e['taken'] <= e['converted'] <= e['encoded'] and 'commit' not in e for e in events) and
		    all(a['pts'] < b['pts'] for a, b in zip(events, events[1:]))))
	END
}
check 'each picture has its times' in_order
# Two requests at once may be answered by one picture.
pair asked "$picture,still,${long}s" --seconds $((long / 4)) --pictures 2 --decode --behave idr=1
check 'a still screen has a picture for who asks' true_of asked "d['frames'] >= 1 and d['psnr_db'] >= 40"
pair standby "$picture,3s,off,700ms,on,1s,end" --seconds 30
judge standby none played
check 'the end is asked for' true_of standby "d['end'] == 'teardown'"
check 'off is standby, on is play' true_of standby "d['seen'][-3:] == ['m12', 'm5 PLAY', 'm5 TEARDOWN']"
pair pause "$picture,3s,off,700ms,on,1s,end" --seconds 30 --sink lg
judge pause none played
check 'or a pause' true_of pause "d['seen'][-3:] == ['m5 PAUSE', 'm5 PLAY', 'm5 TEARDOWN']"
pair sleeper "$picture" --seconds 2 --behave standby
judge sleeper ended-by-sink
check 'a sink in standby is sent nothing' true_of sleeper "d['markers'] < 30"
