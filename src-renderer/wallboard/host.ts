/** What a screen on a wall needs of its browser. Each returns its disposer. */

/** `F` and a click go to the full screen, `F` back; the remote's arrows turn pages. */
export function listenToKeys(onPage: (by: 1 | -1) => void): () => void {
  const toggle = () => {
    // Refused by a browser that has none: it shows nothing else anyway.
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined)
    else void document.documentElement.requestFullscreen?.().catch(() => undefined)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return
    if (event.code === 'KeyF' && !event.repeat) toggle()
    else if (event.key === 'ArrowRight') onPage(1)
    else if (event.key === 'ArrowLeft') onPage(-1)
  }
  const onClick = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('form')) return
    if (!document.fullscreenElement) toggle()
  }
  document.addEventListener('keydown', onKey)
  document.addEventListener('click', onClick)
  return () => {
    document.removeEventListener('keydown', onKey)
    document.removeEventListener('click', onClick)
  }
}

const pointerStaysMs = 2_000

/** The pointer is there while it is moved. */
export function hidePointer(): () => void {
  const { classList } = document.documentElement
  let timer: ReturnType<typeof setTimeout> | undefined
  const onMove = () => {
    classList.remove('idle')
    clearTimeout(timer)
    timer = setTimeout(() => classList.add('idle'), pointerStaysMs)
  }
  classList.add('idle')
  document.addEventListener('mousemove', onMove)
  return () => {
    clearTimeout(timer)
    classList.remove('idle')
    document.removeEventListener('mousemove', onMove)
  }
}

/** The screen does not go dark, where the browser can keep it from that (https only). */
export function keepAwake(): () => void {
  let stopped = false
  const ask = () => {
    // Taken back by the browser whenever the page is hidden.
    if (!stopped && document.visibilityState === 'visible') void navigator.wakeLock?.request('screen').catch(() => undefined)
  }
  ask()
  document.addEventListener('visibilitychange', ask)
  return () => {
    stopped = true
    document.removeEventListener('visibilitychange', ask)
  }
}
