import { type Icon, IconHash, IconHistory, IconUser, IconUsers } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { formatPhone } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { StatusDot } from '../../ui/index.ts'
import { words as uiWords } from '../../ui/words.ts'
import type { Target } from '../search-targets.ts'
import { words } from '../words.ts'
import classes from './TargetList.module.css'

const icons: Record<Exclude<Target['kind'], 'colleague'>, Icon> = {
  number: IconHash,
  recent: IconHistory,
  queue: IconUsers,
  customer: IconUser,
}

interface TargetListProps {
  id: string
  targets: readonly Target[]
  chosen: Target | null
  onPick: (target: Target) => void
}

/** What answers to the search field; the field keeps the cursor, the list shows where it is. */
export function TargetList({ id, targets, chosen, onPick }: TargetListProps) {
  const t = useWords(words)
  const current = useRef<HTMLDivElement>(null)
  const key = chosen?.key
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row is another place to scroll to
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' })
  }, [key])
  if (targets.length === 0) return null
  return (
    <div id={id} role="listbox" aria-label={t.found} className={classes.list} data-testid="targets">
      {targets.map((target) => (
        <Row
          key={target.key}
          target={target}
          chosen={target.key === key}
          rowRef={target.key === key ? current : null}
          onPick={onPick}
        />
      ))}
    </div>
  )
}

export const optionId = (target: Target): string => `target-${target.key.replace(/[^\w-]/g, '_')}`

interface RowProps {
  target: Target
  chosen: boolean
  rowRef: React.RefObject<HTMLDivElement | null> | null
  onPick: (target: Target) => void
}

function Row({ target, chosen, rowRef, onPick }: RowProps) {
  const { title, note } = useRowWords(target)
  const Sign = target.kind === 'colleague' ? null : icons[target.kind]
  return (
    <div
      ref={rowRef}
      id={optionId(target)}
      role="option"
      aria-selected={chosen}
      tabIndex={-1}
      className={classes.row}
      // The field keeps the cursor.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onPick(target)}
      onKeyDown={(event) => event.key === 'Enter' && onPick(target)}
      data-testid="target"
      data-kind={target.kind}
    >
      <span className={classes.sign}>
        {target.kind === 'colleague' && <StatusDot status={target.status} />}
        {Sign && <Sign size={14} stroke={1.75} aria-hidden />}
      </span>
      <span className={classes.name}>{title}</span>
      <span className={classes.note}>{note}</span>
    </div>
  )
}

function useRowWords(target: Target): { title: string; note: string } {
  const t = useWords(words)
  const statusWords = useWords(uiWords).status
  const behind = target.extension === null ? '' : t.extension(target.extension)
  switch (target.kind) {
    case 'number':
      return { title: formatPhone(target.number), note: behind }
    case 'recent':
      return { title: formatPhone(target.number), note: behind === '' ? t.recent : `${behind} · ${t.recent}` }
    case 'colleague':
      return { title: target.name, note: `${statusWords[target.status]} · ${target.number}` }
    case 'queue':
      return { title: target.name, note: t.queueState(target.free, target.waiting) }
    case 'customer':
      return { title: target.name, note: `${formatPhone(target.number)} ${behind}`.trimEnd() }
  }
}
