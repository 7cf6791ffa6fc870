import { Menu } from '@mantine/core'
import { IconCheck, IconChevronDown, IconPlayerPause } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { useLive, useNow } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { useDesk, useDeskState } from '../card/desk-store.ts'
import { useCardSetup } from '../card/use-card-setup.ts'
import { usePhone } from '../softphone/index.ts'
import { Duration, Kbd, StatusDot } from '../ui/index.ts'
import { words as uiWords } from '../ui/words.ts'
import { useTellError } from './actions.ts'
import { OwnQueues } from './OwnQueues.tsx'
import classes from './OwnStatus.module.css'
import { usePauseLimit, usePauseReasonList, usePauseReasonName } from './pause-reasons.ts'
import { missingToClose, refuseSave } from './refused-saves.ts'
import { openEntries } from './selection.ts'
import { words } from './words.ts'
import { workKeys } from './work-keys.ts'

/** Null: not an operator of the centre, or nothing is known yet. */
export function useOwnOperator() {
  const user = useUser()
  return useLive((state) => state.view?.operators.find((operator) => operator.id === user.id) ?? null)
}

export function useSetOwnStatus() {
  const api = useApi()
  const t = useWords(words)
  const tell = useTellError()
  return useMutation({
    mutationFn: (reason: string | null) => api.setOwnStatus({ body: { paused: reason !== null, reason } }),
    onError: (error) => tell(t.statusFailed, error),
  })
}

/** The own status as Asterisk has it, and the way to change it. */
export function OwnStatus() {
  const t = useWords(words)
  const ui = useWords(uiWords)
  const own = useOwnOperator()
  const set = useSetOwnStatus()
  const reasonName = usePauseReasonName()
  const reasons = usePauseReasonList()
  const limitOf = usePauseLimit()
  const nowMs = useNow()
  // The call bar counts the call's time right beside it.
  const talking = usePhone((state) => state.lines.some(({ phase }) => phase !== 'ended'))
  const stale = useLive((state) => state.connection === 'lost' || state.view?.pbx.state !== 'up')
  const desk = useDesk()
  const entries = useDeskState((state) => state.entries)
  const wrapUps = openEntries(entries).filter(({ card }) => card.state === 'wrapUp')
  const { setup } = useCardSetup(Math.max(0, ...wrapUps.map(({ card }) => card.setupVersion)))
  const [, go] = useLocation()
  const [opened, setOpened] = useState(false)
  const paused = own?.status === 'paused'
  useKeys(
    'own-status',
    t.ownStatus,
    own === null
      ? []
      : [
          { keys: workKeys.status, title: t.changeStatus, run: () => setOpened(!opened) },
          {
            keys: workKeys.pause,
            title: t.pauseKey,
            // A pause has a reason: the menu asks for it.
            run: () => (paused ? set.mutate(null) : setOpened(true)),
          },
        ],
  )
  if (own === null) return null
  const wrapsUp = own.status === 'wrapUp'
  const becomeAvailable = () => {
    set.mutate(null)
    // Wrap-up ends with its card, and not before the card is whole.
    for (const entry of wrapUps) {
      if (missingToClose(setup, entry).length === 0) void desk?.save(entry.card.id)
      else {
        refuseSave(entry.card.id)
        go('/workplace')
      }
    }
  }
  const since = talking ? null : <Duration sinceMs={own.sinceMs} />
  const reason = paused ? reasonName(own.pauseReason) : null
  const limitMs = limitOf(own)
  const over = limitMs !== null && nowMs - own.sinceMs > limitMs
  return (
    <Menu position="bottom-start" width={250} opened={opened} onChange={setOpened}>
      <Menu.Target>
        <button
          type="button"
          className={classes.button}
          aria-keyshortcuts={workKeys.status}
          data-testid="own-status"
          data-status={own.status}
          aria-label={`${t.ownStatus}: ${ui.status[own.status]}`}
          aria-busy={set.isPending}
          data-stale={stale || undefined}
          data-over={over || undefined}
          title={over ? t.pauseOver(limitMs / 60_000) : undefined}
        >
          <StatusDot status={own.status} />
          <span className={classes.name}>{reason ?? ui.status[own.status]}</span>
          <span className={classes.time}>
            {since}
            {limitMs !== null && ` / ${limitMs / 60_000} ${t.minutes}`}
          </span>
          <IconChevronDown size={14} stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<StatusDot status="available" />}
          rightSection={paused || wrapsUp ? null : <IconCheck size={14} stroke={1.75} />}
          onClick={becomeAvailable}
          data-testid="status-available"
        >
          {wrapsUp ? t.endWrapUp : t.available}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label className={classes.label ?? ''}>
          {t.pause} <Kbd keys={workKeys.pause} />
        </Menu.Label>
        {reasons.map(({ code, name, limitMin }) => (
          <Menu.Item
            key={code}
            leftSection={<IconPlayerPause size={14} stroke={1.75} />}
            rightSection={
              <span className={classes.limit}>
                {limitMin !== null && `${limitMin} ${t.minutes}`}
                {paused && own.pauseReason === code && <IconCheck size={14} stroke={1.75} />}
              </span>
            }
            onClick={() => set.mutate(code)}
            data-testid={`status-${code}`}
          >
            {name}
          </Menu.Item>
        ))}
        <OwnQueues queues={own.queues} fixed={own.fixedQueues} allowed={own.allowedQueues} />
      </Menu.Dropdown>
    </Menu>
  )
}
