import { ActionIcon, Button, Checkbox, Menu } from '@mantine/core'
import { IconArrowBackUp, IconCheck, IconDots, IconHandGrab, IconPhone, IconUserShare } from '@tabler/icons-react'
import { type CallBack, isFreeWork, type LiveOperator } from '../../server/contract/index.ts'
import { formatPhone, useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { Kbd, Length, PhoneNumber, ToneBadge } from '../ui/index.ts'
import { isOverdue } from './due.ts'
import { isFree, mayGiveBack } from './group-work.ts'
import classes from './TasksScreen.module.css'
import { words } from './words.ts'
import type { WorkItem } from './work-pages.ts'

export interface WorkRowActions {
  readonly call: (item: WorkItem) => void
  readonly take: (item: WorkItem) => void
  readonly giveBack: (item: WorkItem) => void
  readonly assign: (entry: CallBack, operatorId: string) => void
  readonly complete: (item: WorkItem, done: boolean) => void
  /** Change a call-back, or schedule one for a missed caller. */
  readonly edit: (item: WorkItem) => void
  readonly openCall: (cardId: string) => void
}

const nobody: readonly LiveOperator[] = []

interface WorkRowProps {
  readonly item: WorkItem
  readonly nowMs: number
  readonly tabIndex: number
  readonly onFocus: () => void
  /** The cursor has gone elsewhere; not when the row itself goes. */
  readonly onLeave: () => void
  readonly actions: WorkRowActions
  /** Of a list whose entries are picked to be dealt with together. */
  readonly picking: Picking | null
}

export interface Picking {
  readonly picked: boolean
  readonly onPick: (stretch: boolean) => void
}

/** The row's keys, seen where they work: on the row that has the cursor. */
const KeyHint = ({ keys }: { keys: string }) => (
  <span className={classes.key}>
    <Kbd keys={keys} />
  </span>
)

export function WorkRow({ item, nowMs, tabIndex, onFocus, onLeave, actions, picking }: WorkRowProps) {
  const t = useWords(words)
  const user = useUser()
  const { entry } = item
  const done = entry.doneAtMs !== null
  const late = !done && item.kind === 'callBack' && isOverdue(item.entry, nowMs)
  const free = isFree(item, { userId: user.id, nowMs })
  const name = entry.customer?.name ?? (item.kind === 'missed' ? item.entry.callerName : '')
  return (
    <li
      className={classes.row}
      data-testid={item.kind === 'callBack' ? 'callback-row' : 'missed-row'}
      data-late={late || undefined}
      data-held={!free || undefined}
      data-picking={picking !== null || undefined}
      data-picked={picking?.picked || undefined}
      data-row
      tabIndex={tabIndex}
      onFocus={onFocus}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) onLeave()
      }}
    >
      {picking && (
        <Checkbox
          size="xs"
          checked={picking.picked}
          disabled={!free}
          onChange={({ nativeEvent }) => picking.onPick(nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
          tabIndex={tabIndex}
          aria-label={t.pick(name !== '' ? name : formatPhone(entry.number))}
          title={`${t.pickHint} · X`}
          data-testid="work-pick"
        />
      )}
      <div className={classes.due}>
        <When item={item} nowMs={nowMs} />
        {late && <ToneBadge tone="alarm">{t.overdue}</ToneBadge>}
      </div>
      <div className={classes.who}>
        <div className={classes.name}>
          <span title={name}>{name !== '' ? name : <PhoneNumber number={entry.number} />}</span>
          {entry.customer?.tag && <ToneBadge tone="own">{entry.customer.tag}</ToneBadge>}
        </div>
        <div className={classes.number}>
          {name !== '' && <PhoneNumber number={entry.number} />}
          <Holder item={item} nowMs={nowMs} first={name === ''} />
        </div>
      </div>
      <About item={item} nowMs={nowMs} />
      <div className={classes.actions}>
        {done ? (
          <DoneActions item={item} tabIndex={tabIndex} actions={actions} />
        ) : free ? (
          <OpenActions item={item} userId={user.id} tabIndex={tabIndex} actions={actions} />
        ) : user.role !== 'operator' && entry.queue !== null ? (
          <Button size="xs" variant="subtle" color="gray" tabIndex={tabIndex} onClick={() => actions.giveBack(item)}>
            {t.giveBack}
          </Button>
        ) : null}
        {!done && item.kind === 'callBack' && user.role !== 'operator' && (
          <AssignMenu entry={item.entry} tabIndex={tabIndex} onAssign={actions.assign} />
        )}
      </div>
    </li>
  )
}

function When({ item, nowMs }: { item: WorkItem; nowMs: number }) {
  const t = useWords(words)
  const format = useFormat()
  if (item.entry.doneAtMs !== null) return <span>{format.moment(item.entry.doneAtMs, nowMs)}</span>
  if (item.kind === 'missed') return <span>{format.moment(item.entry.lastAtMs, nowMs)}</span>
  return <span>{item.entry.dueAtMs === null ? t.asap : format.moment(item.entry.dueAtMs, nowMs)}</span>
}

/** Whose it is, or who did it. `first`: nothing stands before it in the line. */
function Holder({ item, nowMs, first }: { item: WorkItem; nowMs: number; first: boolean }) {
  const t = useWords(words)
  const user = useUser()
  const { holder, doneBy, doneHow, queue } = item.entry
  const dot = first ? '' : ' · '
  if (doneHow !== null) {
    return (
      <span>
        {dot}
        {t.doneHow[doneHow]}
        {doneBy && `: ${doneBy.name}`}
      </span>
    )
  }
  if (holder === null) return null
  if (holder.id !== user.id) {
    const words = isFreeWork(item.entry, nowMs) ? t.forgottenBy(holder.name) : t.heldBy(holder.name)
    return <span className={classes.held}>{dot + words}</span>
  }
  return queue === null ? null : <span>{dot + queue.name}</span>
}

/** What it is about, and what was tried. */
function About({ item, nowMs }: { item: WorkItem; nowMs: number }) {
  const t = useWords(words)
  const format = useFormat()
  const { attempts, lastAttemptAtMs, doneAtMs } = item.entry
  return (
    <div className={classes.about}>
      {item.kind === 'callBack' ? (
        <div className={classes.reason} title={item.entry.reason}>
          {item.entry.reason}
        </div>
      ) : (
        <div className={classes.reason}>
          {t.calls(item.entry.count)}
          {item.entry.count > 1 && ` ${t.since} ${format.moment(item.entry.firstAtMs, nowMs)}`}
          {', '}
          {t.waited} <Length ms={item.entry.longestWaitMs} />
          {item.entry.cause !== null && ` · ${t.causes[item.entry.cause]}`}
        </div>
      )}
      {attempts > 0 && doneAtMs === null && (
        <div className={classes.attempts} data-testid="work-attempts">
          {t.attempts(attempts)}
          {lastAttemptAtMs !== null && `, ${t.lastAttempt(format.moment(lastAttemptAtMs, nowMs))}`}
        </div>
      )}
    </div>
  )
}

interface ActionsProps {
  readonly item: WorkItem
  readonly tabIndex: number
  readonly actions: WorkRowActions
}

function OpenActions({ item, userId, tabIndex, actions }: ActionsProps & { readonly userId: string }) {
  const t = useWords(words)
  const { entry } = item
  const card = item.kind === 'callBack' ? item.entry.cardId : null
  return (
    <>
      <Button
        disabled={entry.number === ''}
        size="xs"
        variant="light"
        tabIndex={tabIndex}
        leftSection={<IconPhone size={14} stroke={1.75} />}
        rightSection={<KeyHint keys="C" />}
        onClick={() => actions.call(item)}
        data-testid="work-call"
      >
        {t.call}
      </Button>
      {entry.holder?.id !== userId && (
        <Button
          size="xs"
          variant="subtle"
          tabIndex={tabIndex}
          leftSection={<IconHandGrab size={14} stroke={1.75} />}
          rightSection={<KeyHint keys="T" />}
          onClick={() => actions.take(item)}
          data-testid="work-take"
        >
          {t.take}
        </Button>
      )}
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        tabIndex={tabIndex}
        leftSection={<IconCheck size={14} stroke={1.75} />}
        rightSection={<KeyHint keys="D" />}
        onClick={() => actions.complete(item, true)}
        data-testid="callback-done"
      >
        {t.done}
      </Button>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon tabIndex={tabIndex} aria-label={t.more} data-testid="work-more">
            <IconDots size={16} stroke={1.75} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={entry.number === ''} onClick={() => actions.edit(item)} data-testid="work-edit">
            {item.kind === 'callBack' ? t.edit : t.plan}
          </Menu.Item>
          {mayGiveBack(item) && (
            <Menu.Item onClick={() => actions.giveBack(item)} data-testid="work-return">
              {t.giveBack}
            </Menu.Item>
          )}
          {card !== null && <Menu.Item onClick={() => actions.openCall(card)}>{t.openCall}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

interface AssignMenuProps {
  readonly entry: CallBack
  readonly tabIndex: number
  readonly onAssign: WorkRowActions['assign']
}

/** For supervisors: whose call-back it shall be. */
function AssignMenu({ entry, tabIndex, onAssign }: AssignMenuProps) {
  const t = useWords(words)
  const operators = useLive((state) => state.view?.operators ?? nobody)
  const user = useUser()
  const others = operators.filter(({ id }) => id !== entry.holder?.id && id !== user.id)
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon tabIndex={tabIndex} aria-label={t.assign} title={t.assign} data-testid="work-assign">
          <IconUserShare size={16} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.assign}</Menu.Label>
        {others.map(({ id, name }) => (
          <Menu.Item key={id} onClick={() => onAssign(entry, id)} data-testid={`assign-to-${id}`}>
            {name}
          </Menu.Item>
        ))}
        {others.length === 0 && <Menu.Item disabled>{t.nobodyElse}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}

function DoneActions({ item, tabIndex, actions }: ActionsProps) {
  const t = useWords(words)
  const card = item.entry.doneCardId ?? (item.kind === 'callBack' ? item.entry.cardId : null)
  return (
    <>
      {card !== null && (
        <Button size="xs" variant="light" tabIndex={tabIndex} onClick={() => actions.openCall(card)}>
          {t.openCall}
        </Button>
      )}
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        tabIndex={tabIndex}
        leftSection={<IconArrowBackUp size={14} stroke={1.75} />}
        rightSection={<KeyHint keys="D" />}
        onClick={() => actions.complete(item, false)}
        data-testid="work-reopen"
      >
        {t.reopen}
      </Button>
    </>
  )
}
