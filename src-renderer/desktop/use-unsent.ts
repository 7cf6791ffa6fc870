import { useEffect, useState } from 'react'
import { usePlatform } from '../app/platform.ts'
import { useUser } from '../app/session.ts'
import { useDesk, useDeskState } from '../card/desk-store.ts'
import { unsentCards } from './desk-snapshot.ts'

/** Cards of this person with text the server lacks. A window without the workplace counts what lies on the disk. */
export function useUnsent(): number {
  const { drafts } = usePlatform()
  const { id: userId } = useUser()
  const desk = useDesk()
  const shown = useDeskState(unsentCards)
  const [stored, setStored] = useState(0)
  useEffect(() => {
    if (desk !== null) return
    Promise.all([drafts.list({ userId }), drafts.outbox({ userId })]).then(
      ([typed, saved]) => setStored(new Set([...typed.map(({ cardId }) => cardId), ...saved.map(({ lane }) => lane)]).size),
      () => undefined,
    )
  }, [desk, drafts, userId])
  return desk === null ? stored : shown
}
