/**
 * Remembers ids in little space, by chance saying yes to one it never saw (two in a thousand, with ten million ids kept): "no"
 * is certain, and spares a look into the file.
 */
export class IdFilter {
  /** A power of two of them; may be given to another thread's. */
  readonly bits: Uint32Array<ArrayBuffer>
  readonly #mask: number

  constructor(bits = new Uint32Array(usualWords)) {
    this.bits = bits
    this.#mask = bits.length * 32 - 1
  }

  add(id: string): void {
    const [first, step] = hashes(id)
    for (let n = 0, at = first; n < probes; n++, at = (at + step) | 0) {
      const bit = at & this.#mask
      this.bits[bit >>> 5] = (this.bits[bit >>> 5] ?? 0) | (1 << (bit & 31))
    }
  }

  /** False: it was never added. */
  has(id: string): boolean {
    const [first, step] = hashes(id)
    for (let n = 0, at = first; n < probes; n++, at = (at + step) | 0) {
      const bit = at & this.#mask
      if (((this.bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false
    }
    return true
  }
}

const probes = 6
/** 16 MB. */
const usualWords = 2 ** 22

/** Two of FNV-1a's kind; further ones are the first and multiples of the second. */
function hashes(id: string): [number, number] {
  let a = 0x811c9dc5
  let b = 0x2545f491
  for (let n = 0; n < id.length; n++) {
    const code = id.charCodeAt(n)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13)
  }
  return [a ^ (a >>> 15), (b ^ (b >>> 16)) | 1]
}
