/** A page that breaks off at once, or a server that stays of another version, is not asked for in a ring. */
const pauseMs = 20_000
let underWay = false

/** Loads the page anew as soon as the server gives it: the browser's own error page would stay for good. */
export async function loadAgain(): Promise<void> {
  if (underWay) return
  underWay = true
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    const answers = await fetch(location.pathname, { cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (answers) break
  }
  location.reload()
}
