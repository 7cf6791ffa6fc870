import { Button } from '@mantine/core'
import { IconHeadset, IconPhoneOff, IconPlayerPause } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { CardState } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { later } from '../app/later.tsx'
import { useLive } from '../app/live/live.ts'
import { useSession } from '../app/session.ts'
import type { DeskEntry } from '../card/desk-state.ts'
import { useDeskState } from '../card/desk-store.ts'
import { OfferedDrafts } from '../card/OfferedDrafts.tsx'
import { words as cardWords } from '../card/words.ts'
import { usePhone } from '../softphone/index.ts'
import { Duration, EmptyState, Length, LoadingLines, StatusDot } from '../ui/index.ts'
import { useTellError } from './actions.ts'
import { useCardTitle } from './card-title.ts'
import { IncompleteCards } from './IncompleteCards.tsx'
import { cardOfLine, lineOfCard } from './line-card.ts'
import { useOwnOperator, useSetOwnStatus } from './OwnStatus.tsx'
import { RecentCalls } from './RecentCalls.tsx'
import { refusedShown, useRefusedSaves } from './refused-saves.ts'
import { SidePanel } from './SidePanel.tsx'
import { nextSelection, openEntries } from './selection.ts'
import classes from './WorkplaceScreen.module.css'
import { words } from './words.ts'

// There is no card before the first call.
const CardPanel = later(
  () => import('./CardPanel.tsx'),
  (module) => module.CardPanel,
  { Meanwhile: Coming },
)
const CustomerPanel = later(
  () => import('./CustomerPanel.tsx'),
  (module) => module.CustomerPanel,
  { Meanwhile: Coming },
)

/** Of a call that came before its card's code did. */
function Coming() {
  return (
    <div className={classes.coming}>
      <LoadingLines lines={8} height={18} />
    </div>
  )
}

/** The cursor is in a text of a card's form. */
const typesInCard = (): boolean =>
  document.activeElement?.closest('[data-testid="card"]')?.matches(':has(textarea:focus, input:focus)') ?? false

/** The operator's screen: the customer, the card, and what is needed beside them. */
export function WorkplaceScreen() {
  const allEntries = useDeskState((state) => state.entries)
  const entries = useMemo(() => openEntries(allEntries), [allEntries])
  const [selectedId, select] = useState<string | null>(null)
  const talkedId = useTalkedCard(entries)
  const last = useRef<{ states: ReadonlyMap<string, CardState>; talkedId: string | null }>({ states: new Map(), talkedId: null })

  useEffect(() => {
    const cards = entries.map((entry) => entry.card)
    const { states: before, talkedId: talkedBeforeId } = last.current
    last.current = { states: new Map(cards.map((card) => [card.id, card.state])), talkedId }
    select((now) => nextSelection({ cards, before, selectedId: now, typing: typesInCard(), talkedId, talkedBeforeId }))
  }, [entries, talkedId])

  const toShow = useRefusedSaves((state) => state.toShow)
  useEffect(() => {
    if (toShow === null) return
    if (entries.some(({ card }) => card.id === toShow)) select(toShow)
    refusedShown()
  }, [entries, toShow])

  const entry = entries.find(({ card }) => card.id === selectedId) ?? null
  return (
    <div className={classes.screen}>
      <div className={classes.left}>{entry ? <CustomerPanel key={entry.card.id} card={entry.card} /> : <RecentCalls />}</div>
      <div className={classes.middle}>
        <Notes />
        {entries.length > 1 && <CardTabs entries={entries} selectedId={selectedId} onSelect={select} />}
        {entry ? <CardPanel key={entry.card.id} entry={entry} /> : <Idle />}
      </div>
      <div className={classes.right}>
        <SidePanel />
      </div>
    </div>
  )
}

/** The card of the line that is talked on. */
function useTalkedCard(entries: readonly DeskEntry[]): string | null {
  const line = usePhone((state) => state.lines.find(({ phase }) => phase === 'active') ?? null)
  if (line === null) return null
  const cards = entries.map(({ card }) => card)
  return cardOfLine(line, cards)?.id ?? null
}

/** What lies on this computer and is not on the server yet. */
function Notes() {
  const c = useWords(cardWords)
  const waiting = useDeskState(
    (state) => Object.values(state.entries).filter((entry) => entry.saving && entry.sync === 'here').length,
  )
  return (
    <>
      {waiting > 0 && (
        <div className={classes.waiting} role="status" data-testid="waiting-saves">
          {c.waiting(waiting)}
        </div>
      )}
      <IncompleteCards />
      <OfferedDrafts />
    </>
  )
}

interface CardTabsProps {
  entries: readonly DeskEntry[]
  selectedId: string | null
  onSelect: (id: string) => void
}

function CardTabs({ entries, selectedId, onSelect }: CardTabsProps) {
  const t = useWords(words)
  const c = useWords(cardWords)
  const title = useCardTitle()
  const lines = usePhone((state) => state.lines)
  return (
    <nav className={classes.tabs} aria-label={t.cards}>
      {entries.map(({ card }) => (
        <button
          key={card.id}
          type="button"
          className={classes.tab}
          data-state={card.state}
          aria-current={card.id === selectedId}
          onClick={() => onSelect(card.id)}
          data-testid="card-tab"
        >
          <StatusDot status={card.state === 'talking' ? 'onCall' : card.state === 'ringing' ? 'ringing' : 'wrapUp'} />
          <span className={classes.tabName}>{title(card)}</span>
          <span className={classes.tabState}>
            {lineOfCard(card, lines)?.phase === 'held' ? t.onHold : c.state[card.state]}{' '}
            {card.wrapUpLeftMs !== null ? (
              <Length ms={card.wrapUpLeftMs} />
            ) : card.state === 'wrapUp' && card.wrapUpEndsAtMs !== null ? (
              <Duration untilMs={card.wrapUpEndsAtMs} />
            ) : (
              <Duration sinceMs={card.answeredAtMs ?? card.ringingAtMs} />
            )}
          </span>
        </button>
      ))}
    </nav>
  )
}

/** Nothing to do: what state one is in, and what would change it. */
function Idle() {
  const t = useWords(words)
  const { demo } = useSession()
  const own = useOwnOperator()
  const setStatus = useSetOwnStatus()
  const registered = usePhone((state) => state.link === 'registered')
  const elsewhere = usePhone((state) => state.elsewhere !== null)
  const paused = own?.status === 'paused'
  const [icon, title, hint] = paused
    ? ([IconPlayerPause, t.idlePaused, t.idlePausedHint] as const)
    : registered
      ? ([IconHeadset, t.idleTitle, t.idleHint] as const)
      : ([IconPhoneOff, t.idleOffline, elsewhere ? t.idleElsewhereHint : t.idleOfflineHint] as const)
  return (
    <div className={classes.idle} data-testid="idle">
      <EmptyState
        icon={icon}
        title={title}
        hint={hint}
        action={
          paused ? (
            <Button onClick={() => setStatus.mutate(null)} loading={setStatus.isPending}>
              {t.becomeAvailable}
            </Button>
          ) : demo && registered ? (
            <DemoCall />
          ) : null
        }
      />
    </div>
  )
}

/** Should the call not come by then, the button is there again. */
const demoPatienceMs = 15_000

function DemoCall() {
  const t = useWords(words)
  const api = useApi()
  const tell = useTellError()
  const online = useLive((state) => state.connection === 'open')
  const call = useMutation({
    mutationFn: () => api.demoCall({ body: {} }),
    onError: (error) => tell(t.demoFailed, error),
  })
  const { isSuccess, reset } = call
  useEffect(() => {
    if (!isSuccess) return
    const timer = setTimeout(reset, demoPatienceMs)
    return () => clearTimeout(timer)
  }, [isSuccess, reset])
  return (
    <div className={classes.demo}>
      <Button onClick={() => call.mutate()} loading={call.isPending} disabled={call.isSuccess || !online} data-testid="demo-call">
        {t.demoCall}
      </Button>
      <span className={classes.demoHint}>{call.isSuccess ? t.demoCalling : t.demoHint}</span>
    </div>
  )
}
