/** How much of a meter a level (0..1, linear) fills: speech lies between -60 and -10 dB. */
export const meterShare = (level: number): number => Math.min(1, Math.max(0, (20 * Math.log10(level + 1e-5) + 60) / 50))
