const listeners = new Set<() => void>()

/** From outside the call bar (tray, island): open the transfer field of the call that is on. */
export function askTransfer(): void {
  for (const listener of listeners) listener()
}

/** By the call bar. Returns its disposer. */
export function onTransferAsked(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
