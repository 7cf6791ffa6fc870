const tasks = new Set<() => Promise<unknown>>()

/** Signing out waits this long at the most: it is never held up by a server that does not answer. */
const patienceMs = 2_000

/** `task` runs before a person's session is ended, while the server still knows them. Returns its disposer. */
export function onSigningOut(task: () => Promise<unknown>): () => void {
  tasks.add(task)
  return () => {
    tasks.delete(task)
  }
}

/** Resolves when all is done, failed or late. */
export async function beforeSignOut(limitMs = patienceMs): Promise<void> {
  const done = Promise.allSettled([...tasks].map((task) => task()))
  await new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, limitMs)
    void done.then(() => {
      clearTimeout(limit)
      resolve()
    })
  })
}
