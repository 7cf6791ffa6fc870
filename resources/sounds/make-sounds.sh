#!/bin/sh
# Makes the phone's tones from nothing (needs sox with Vorbis): sh resources/sounds/make-sounds.sh
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# ring: two soft bells a fourth apart and a rest; the loop is 2.6 s
sox -R -n -r 32000 -c 1 "$scratch/low.wav" synth 0.9 sine 659.25 sine 987.77 sine 1318.5 remix - fade l 0.012 0.9 0.8 gain -9
sox -R -n -r 32000 -c 1 "$scratch/high.wav" synth 1.0 sine 783.99 sine 1174.66 sine 1567.98 remix - fade l 0.012 1.0 0.9 gain -10
sox -R "$scratch/high.wav" "$scratch/later.wav" pad 0.22
sox -R -m "$scratch/low.wav" "$scratch/later.wav" "$scratch/bells.wav"
sox -R "$scratch/bells.wav" -C 3 ring.ogg pad 0 1.35 reverb 18 gain -n -3 rate 32000

# waiting: a call waits while one is talked on; two short quiet beeps every 5 s
sox -R -n -r 16000 -c 1 "$scratch/beep.wav" synth 0.12 sine 740 fade q 0.01 0.12 0.03 gain -14 pad 0 0.1
sox -R "$scratch/beep.wav" "$scratch/beep.wav" -C 2 waiting.ogg pad 0 4.56

# ringback: the other side rings; 425 Hz, 1 s on, 4 s off, as the public network here does
sox -R -n -r 16000 -c 1 -C 2 ringback.ogg synth 1 sine 425 fade q 0.01 1 0.02 gain -14 pad 0 4
