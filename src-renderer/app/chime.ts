interface Note {
  readonly hz: number
  readonly atS: number
}

/** Two short soft notes; not the ringer, not the waiting tone. */
export const chime = (): void =>
  play([
    { hz: 660, atS: 0 },
    { hz: 880, atS: 0.16 },
  ])

/** Three notes, lower and falling: no reminder. */
export const alarmChime = (): void =>
  play([
    { hz: 587, atS: 0 },
    { hz: 587, atS: 0.18 },
    { hz: 440, atS: 0.36 },
  ])

function play(notes: readonly Note[]): void {
  const context = new AudioContext()
  for (const { hz, atS } of notes) {
    const tone = context.createOscillator()
    const volume = context.createGain()
    const start = context.currentTime + atS
    tone.frequency.value = hz
    volume.gain.setValueAtTime(0, start)
    volume.gain.linearRampToValueAtTime(0.12, start + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.3)
    tone.connect(volume).connect(context.destination)
    tone.start(start)
    tone.stop(start + 0.32)
  }
  setTimeout(() => void context.close(), 1_500)
}
