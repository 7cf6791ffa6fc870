/** Two short soft notes; not the ringer, not the waiting tone. */
export function chime(): void {
  const context = new AudioContext()
  const notes = [
    { hz: 660, atS: 0 },
    { hz: 880, atS: 0.16 },
  ]
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
  setTimeout(() => void context.close(), 1_000)
}
