#!/bin/sh
# watch.sh COMMAND...: runs it and ends it (TERM, five seconds later KILL) when our standard input closes. So the PBX never
# outlives the program that started it, not even when that was killed without a chance to tidy up.
exec 3<&0
"$@" </dev/null 3<&- &
main=$!
(
  trap - TERM INT HUP
  while read -r _; do :; done <&3
  kill -TERM "$main" 2>/dev/null
  tries=0
  while kill -0 "$main" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 50 ]; then kill -KILL "$main" 2>/dev/null; exit; fi
    sleep 0.1
  done
) &
watcher=$!
exec 3<&-
trap 'kill -TERM "$main" 2>/dev/null' TERM INT HUP
wait "$main"
code=$?
# a trap ends `wait` early
while kill -0 "$main" 2>/dev/null; do
  wait "$main"
  code=$?
done
kill "$watcher" 2>/dev/null
exit "$code"
