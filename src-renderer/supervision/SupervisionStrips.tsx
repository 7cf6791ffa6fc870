import { Button, SegmentedControl } from '@mantine/core'
import { IconEar, IconHeadphones, IconPhoneX, IconUserShare } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { SpyMode } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { useLive } from '../app/live/live.ts'
import { mayOversee } from '../app/sections.ts'
import { useUser } from '../app/session.ts'
import { CallParty, Duration } from '../ui/index.ts'
import { useTellError } from '../workplace/actions.ts'
import { type Heard, heardBy, listenersTo } from './heard.ts'
import classes from './Supervision.module.css'
import { spyKeys } from './spy-keys.ts'
import { words } from './words.ts'

/** Who hears whom right now, one line: for the operator who is heard, and for the supervisor who hears. */
export function SupervisionStrips() {
  const user = useUser()
  const view = useLive((state) => state.view)
  if (view === null) return null
  const heard = mayOversee(user) ? heardBy(view, user.id) : null
  return (
    <>
      {heard && <SpyBar heard={heard} />}
      <ListenedBy listeners={listenersTo(view, user.id)} />
    </>
  )
}

function ListenedBy({ listeners }: { listeners: Heard['listener'][] }) {
  const t = useWords(words)
  return (
    <div role="status" aria-live="polite">
      {listeners.map(({ id, mode, name }) => (
        <div key={id} className={classes.strip} data-testid="listened-by" data-mode={mode}>
          <IconEar size={16} stroke={1.75} aria-hidden />
          <span>{t.listened[mode](name)}</span>
        </div>
      ))}
    </div>
  )
}

function SpyBar({ heard: { call, listener } }: { heard: Heard }) {
  const t = useWords(words)
  const api = useApi()
  const tell = useTellError()
  const operator = useLive((state) => state.view?.operators.find(({ id }) => id === listener.operatorId)?.name)
  const setMode = useMutation({
    mutationFn: (mode: SpyMode) => api.setSpyMode({ body: { mode } }),
    onError: (error) => tell(t.spyFailed, error),
  })
  const takeOver = useMutation({ mutationFn: () => api.takeOver(), onError: (error) => tell(t.takeOverFailed, error) })
  const end = useMutation({ mutationFn: () => api.endSpying(), onError: (error) => tell(t.endFailed, error) })
  const mayTake = call.conferenceId === null
  useKeys('spying', t.title, [
    ...SpyMode.options.map((mode) => ({ keys: spyKeys[mode], title: t.modes[mode], run: () => setMode.mutate(mode) })),
    { keys: spyKeys.takeOver, title: t.takeOver, run: () => mayTake && !takeOver.isPending && takeOver.mutate() },
  ])
  return (
    <section className={classes.spy} aria-label={t.title} data-testid="spy-bar" data-mode={listener.mode}>
      <IconHeadphones size={18} stroke={1.5} aria-hidden />
      <span className={classes.who}>
        <span>{t.hears}</span> <b>{operator}</b>
        <CallParty call={call} />
      </span>
      <Duration sinceMs={listener.sinceMs} />
      {listener.private && <span className={classes.private}>{t.privately}</span>}
      <SegmentedControl
        size="xs"
        aria-label={t.title}
        value={setMode.isPending ? setMode.variables : listener.mode}
        onChange={(value) => setMode.mutate(SpyMode.parse(value))}
        data={SpyMode.options.map((value) => ({
          value,
          label: (
            <span title={`${t.modeHints[value]} (${spyKeys[value]})`} data-testid={`spy-${value}`}>
              {t.modes[value]}
            </span>
          ),
        }))}
      />
      <Button
        size="xs"
        variant="default"
        leftSection={<IconUserShare size={16} stroke={1.5} />}
        title={mayTake ? `${t.takeOverHint} (Alt+T)` : t.noTakeOver}
        disabled={!mayTake}
        loading={takeOver.isPending}
        onClick={() => takeOver.mutate()}
        data-testid="spy-take-over"
      >
        {t.takeOver}
      </Button>
      <Button
        size="xs"
        color="red"
        variant="light"
        leftSection={<IconPhoneX size={16} stroke={1.5} />}
        title={`${t.end} (F4)`}
        loading={end.isPending}
        onClick={() => end.mutate()}
        data-testid="spy-end"
      >
        {t.end}
      </Button>
    </section>
  )
}
