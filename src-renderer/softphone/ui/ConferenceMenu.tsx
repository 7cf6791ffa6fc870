import { ActionIcon, Button, Popover } from '@mantine/core'
import { IconMicrophoneOff, IconUserMinus, IconUserPlus, IconUsersGroup } from '@tabler/icons-react'
import { useState } from 'react'
import type { LiveCall, Participant } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { formatPhone } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { useKeys } from '../../app/keys.ts'
import { useUser } from '../../app/session.ts'
import { Kbd } from '../../ui/index.ts'
import { conferenceKeys } from '../control/conference-keys.ts'
import { words } from '../control/words.ts'
import { words as phoneWords } from '../words.ts'
import { BarAction } from './BarAction.tsx'
import classes from './ConferenceMenu.module.css'
import { callKeys } from './call-keys.ts'

interface ConferenceMenuProps {
  conference: LiveCall
  conferenceId: string
  run: (task: () => Promise<void>) => void
  busy: boolean
  /** Calls one more person, to be joined. Null while a second call is on. */
  onAdd: (() => void) | null
}

/** Who is in the conference, and what can be done about it. Leaving it is hanging up. */
export function ConferenceMenu({ conference, conferenceId, run, busy, onAdd }: ConferenceMenuProps) {
  const t = useWords(words)
  const p = useWords(phoneWords)
  const api = useApi()
  const user = useUser()
  const [opened, setOpened] = useState(false)
  const remove = (participant: Participant) =>
    run(async () => {
      await api.removeFromConference({ params: { id: conferenceId, participantId: participant.id } })
    })
  const end = () =>
    run(async () => {
      await api.endConference({ params: { id: conferenceId } })
    })
  const toggle = () => setOpened(!opened)
  useKeys('softphone-conference', p.phone, conferenceKeys({ opened, busy, words: t, toggle, end }))
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus>
      <Popover.Target>
        <BarAction
          icon={IconUsersGroup}
          label={t.participants}
          shortcut={callKeys.participants}
          onClick={toggle}
          opened={opened}
          testId="participants"
        />
      </Popover.Target>
      <Popover.Dropdown>
        <section className={classes.menu} aria-label={t.participants}>
          <h3 className={classes.title}>{p.conferenceOf(conference.participants.length)}</h3>
          <ul className={classes.list}>
            {conference.participants.map((participant) => {
              const own = participant.operatorId === user.id
              const name = participant.name === '' ? formatPhone(participant.number) || p.unknownNumber : participant.name
              return (
                <li key={participant.id} className={classes.row} data-testid="participant">
                  <span className={classes.name}>{name}</span>
                  {participant.muted && <IconMicrophoneOff size={14} stroke={1.75} aria-label={p.muted} />}
                  <span className={classes.note}>
                    {own ? t.you : participant.name === '' ? '' : formatPhone(participant.number)}
                  </span>
                  {!own && (
                    <ActionIcon
                      size={28}
                      aria-label={t.putOut(name)}
                      title={t.putOut(name)}
                      onClick={() => remove(participant)}
                      disabled={busy}
                      data-testid="put-out"
                    >
                      <IconUserMinus size={16} stroke={1.5} />
                    </ActionIcon>
                  )}
                </li>
              )
            })}
          </ul>
          <div className={classes.buttons}>
            <Button
              variant="default"
              leftSection={<IconUserPlus size={18} stroke={1.5} />}
              disabled={onAdd === null}
              onClick={() => {
                setOpened(false)
                onAdd?.()
              }}
              data-testid="add-participant"
            >
              {t.addParticipant}
            </Button>
            <Button
              variant="default"
              className={classes.end}
              loading={busy}
              onClick={end}
              rightSection={<Kbd keys={callKeys.endForAll} />}
              data-testid="end-for-all"
            >
              {t.endForAll}
            </Button>
          </div>
          <p className={classes.hint}>{t.leaveNote}</p>
        </section>
      </Popover.Dropdown>
    </Popover>
  )
}
