import { useEffect, useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import { useUser } from '../app/session.ts'
import { useDesk, useDeskState } from '../card/desk-store.ts'
import { storedCards } from '../card/stored-cards.ts'
import { unsentCards } from './desk-snapshot.ts'
import classes from './desktop.module.css'
import { words } from './words.ts'

/** What becomes of text that the server lacks when this computer goes to another server. */
export function UnsentNote() {
  const t = useWords(words).settings
  const unsent = useUnsent()
  // Nothing is promised before it is known.
  if (unsent === null) return null
  return (
    <p className={unsent > 0 ? classes.problem : classes.note} style={{ margin: 0 }} data-testid="server-unsent">
      {unsent > 0 ? t.serverDrafts(unsent) : t.serverNoDrafts}
    </p>
  )
}

/** Cards of this person with text the server lacks. A window without the workplace counts what lies on the disk; null: not known. */
function useUnsent(): number | null {
  const { drafts } = usePlatform()
  const { id: userId } = useUser()
  const desk = useDesk()
  const shown = useDeskState(unsentCards)
  const [stored, setStored] = useState<number | null>(null)
  useEffect(() => {
    if (desk === null) storedCards(drafts, userId).then(setStored, () => undefined)
  }, [desk, drafts, userId])
  return desk === null ? stored : shown
}
