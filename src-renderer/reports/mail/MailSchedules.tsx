import { Alert, Button, Group, Modal, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconMail, IconMailOff } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReportMailing, ReportRequest, ReportSchedule, ScheduleState } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useFormat } from '../../app/format.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { uncovers } from '../../app/keys.ts'
import { serverNow } from '../../app/live/live.ts'
import { useUser } from '../../app/session.ts'
import { mailWords } from '../../settings/mail/words.ts'
import { EmptyState, ErrorState, LoadingLines, type Tone, ToneBadge } from '../../ui/index.ts'
import { useTellError } from '../../workplace/actions.ts'
import { daysText } from '../group-text.ts'
import { reportWords } from '../report-words.ts'
import classes from './MailSchedules.module.css'
import { troubleText } from './mailing-text.ts'
import { addressesOf, minuteOf, newSchedule, timeText } from './schedule-form.ts'
import { scheduleWords } from './words.ts'

interface MailSchedulesProps {
  readonly request: ReportRequest
  /** Columns on the screen. */
  readonly figures: readonly string[]
  readonly timeZone: string
}

/** Which reports go out by e-mail, what became of the latest, and one more. */
export function MailSchedules(props: MailSchedulesProps) {
  const t = useWords(scheduleWords)
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconMail size={16} stroke={1.5} />}
        onClick={() => setOpened(true)}
        data-testid="report-mail"
      >
        {t.open}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t.title} size={680} centered attributes={uncovers(!opened)}>
        {opened && <Schedules {...props} />}
      </Modal>
    </>
  )
}

interface Edited {
  readonly id: string
  readonly schedule: ReportSchedule
}

function Schedules({ request, figures, timeZone }: MailSchedulesProps) {
  const t = useWords(scheduleWords)
  const language = useLanguage()
  const { email } = useUser()
  const api = useApi()
  const known = useQuery({
    queryKey: ['reportSchedules'],
    queryFn: () => api.reportSchedules(),
    // A letter goes out while one looks.
    refetchInterval: 3_000,
  })
  const [edited, setEdited] = useState<Edited | null>(null)
  if (edited) return <ScheduleForm edited={edited} timeZone={timeZone} onDone={() => setEdited(null)} />
  if (!known.data)
    return known.error ? <ErrorState error={known.error} onRetry={() => void known.refetch()} /> : <LoadingLines lines={4} />
  const { schedules, canSend } = known.data
  return (
    <div className={classes.list}>
      <p className={classes.note}>{t.note}</p>
      {!canSend && (
        <Alert color="yellow" icon={<IconMailOff size={18} stroke={1.5} />}>
          {t.cannotSend}
        </Alert>
      )}
      {schedules.length === 0 ? (
        <EmptyState icon={IconMail} title={t.empty} hint={t.emptyHint} />
      ) : (
        <ul className={classes.schedules}>
          {schedules.map((one) => (
            <ScheduleItem key={one.id} state={one} onEdit={() => setEdited(one)} />
          ))}
        </ul>
      )}
      <Group justify="flex-end">
        <Button
          onClick={() => setEdited({ id: crypto.randomUUID(), schedule: newSchedule(request, { figures, language, email }) })}
          data-testid="schedule-add"
        >
          {t.add}
        </Button>
      </Group>
    </div>
  )
}

const undoMs = 20_000
const toneOf: Record<ReportMailing['state'], Tone> = {
  sent: 'ok',
  sending: 'own',
  waiting: 'wait',
  failed: 'alarm',
  dropped: 'off',
}

function ScheduleItem({ state, onEdit }: { state: ScheduleState; onEdit: () => void }) {
  const t = useWords(scheduleWords)
  const r = useWords(reportWords)
  const { problems } = useWords(mailWords)
  const language = useLanguage()
  const format = useFormat()
  const api = useApi()
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: ['reportSchedules'] })
  const tell = useTellError()
  const bringBack = useMutation({
    mutationFn: () => api.saveReportSchedule({ params: { id: state.id }, body: state.schedule }),
    onSuccess: refresh,
    onError: (error) => tell(t.bringBackFailed, error),
  })
  const remove = useMutation({
    mutationFn: () => api.deleteReportSchedule({ params: { id: state.id } }),
    onSuccess: () => {
      refresh()
      const id = `removed-${state.id}`
      const back = () => {
        notifications.hide(id)
        bringBack.mutate()
      }
      notifications.show({
        id,
        autoClose: undoMs,
        title: t.removed,
        message: (
          <Button size="compact-xs" variant="light" onClick={back} data-testid="schedule-bring-back">
            {t.bringBack}
          </Button>
        ),
      })
    },
    onError: (error) => tell(t.removeFailed, error),
  })
  const retry = useMutation({
    mutationFn: () => api.retryReportMailing({ params: { id: state.id } }),
    onSuccess: () => {
      notifications.show({ message: t.sent })
      refresh()
    },
    onError: (error) => tell(t.retryFailed, error),
  })
  const { schedule, mailings, nextAtMs } = state
  const moment = (ms: number) => format.moment(ms, serverNow())
  const stuck = mailings.some((one) => one.state === 'failed' || (one.state === 'waiting' && one.attempts > 0))
  return (
    <li className={classes.schedule} data-testid="schedule">
      <div className={classes.head}>
        <div>
          <b>
            {r.reports[schedule.report]} {r.groupings[schedule.groupBy]}
          </b>
          <p>
            {t.when(schedule, timeText(schedule.minuteOfDay))} · {t.formats[schedule.format]} ·{' '}
            {schedule.active && nextAtMs !== null ? t.next(moment(nextAtMs)) : t.resting}
          </p>
          <p>{schedule.recipients.join(', ')}</p>
        </div>
        <Group gap={4} wrap="nowrap">
          {stuck && (
            <Button size="compact-xs" variant="light" loading={retry.isPending} onClick={() => retry.mutate()}>
              {t.retry}
            </Button>
          )}
          <Button size="compact-xs" variant="subtle" onClick={onEdit}>
            {t.edit}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            c="var(--cs-alarmText)"
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {t.remove}
          </Button>
        </Group>
      </div>
      {mailings.slice(0, 3).map((one) => (
        <div key={one.fromDay} className={classes.mailing}>
          <ToneBadge tone={toneOf[one.state]}>{t.states[one.state]}</ToneBadge>
          <span>{daysText(one, language)}</span>
          <div className={classes.detail}>
            {one.sentAtMs !== null && t.sentAt(moment(one.sentAtMs))}
            {one.state === 'waiting' &&
              one.attempts > 0 &&
              one.nextAtMs !== null &&
              t.retryAt(moment(one.nextAtMs), one.attempts)}
            {one.trouble && (
              // The mail server's own words are in English.
              <p lang="en" title={one.trouble.detail || undefined}>
                <span lang={language}>{troubleText(one.trouble, { problems, notTaken: t.notTaken })}</span>
              </p>
            )}
          </div>
        </div>
      ))}
    </li>
  )
}

function ScheduleForm({ edited, timeZone, onDone }: { edited: Edited; timeZone: string; onDone: () => void }) {
  const t = useWords(scheduleWords)
  const r = useWords(reportWords)
  const api = useApi()
  const queries = useQueryClient()
  const [schedule, setSchedule] = useState(edited.schedule)
  const [to, setTo] = useState(edited.schedule.recipients.join(', '))
  const [time, setTime] = useState(timeText(edited.schedule.minuteOfDay))
  const set = (change: Partial<ReportSchedule>) => setSchedule({ ...schedule, ...change })
  const recipients = addressesOf(to)
  const minuteOfDay = minuteOf(time)
  const save = useMutation({
    mutationFn: (body: ReportSchedule) => api.saveReportSchedule({ params: { id: edited.id }, body }),
    onSuccess: () => {
      notifications.show({ message: t.saved })
      queries.invalidateQueries({ queryKey: ['reportSchedules'] })
      onDone()
    },
  })
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    if (recipients && minuteOfDay !== null) save.mutate({ ...schedule, recipients, minuteOfDay })
  }
  const pick = <T extends string>(values: readonly T[], value: string | null, use: (one: T) => void) => {
    const found = values.find((one) => one === value)
    if (found !== undefined) use(found)
  }
  return (
    <form className={classes.list} onSubmit={submit} noValidate>
      <b>
        {r.reports[schedule.report]} {r.groupings[schedule.groupBy]}
      </b>
      <div className={classes.fields}>
        <Select
          label={t.every}
          allowDeselect={false}
          data={everies.map((value) => ({ value, label: t.everies[value] }))}
          value={schedule.every}
          onChange={(value) => pick(everies, value, (every) => set({ every }))}
          data-testid="schedule-every"
        />
        {schedule.every === 'week' && (
          <Select
            label={t.onDay}
            allowDeselect={false}
            data={t.weekdaysOn.map((label, at) => ({ value: String(at + 1), label }))}
            value={String(schedule.weekday)}
            onChange={(value) => value !== null && set({ weekday: Number(value) })}
          />
        )}
        {schedule.every === 'month' && (
          <Select
            label={t.dayOfMonth}
            allowDeselect={false}
            data={Array.from({ length: 28 }, (_, at) => String(at + 1))}
            value={String(schedule.dayOfMonth)}
            onChange={(value) => value !== null && set({ dayOfMonth: Number(value) })}
          />
        )}
        <TextInput
          label={t.time}
          description={t.timeOf(timeZone)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={time}
          error={minuteOfDay === null && t.wrongTime}
          onChange={(event) => setTime(event.currentTarget.value)}
        />
        <Select
          label={t.format}
          allowDeselect={false}
          data={formats.map((value) => ({ value, label: t.formats[value] }))}
          value={schedule.format}
          onChange={(value) => pick(formats, value, (format) => set({ format }))}
        />
        <Select
          label={t.language}
          allowDeselect={false}
          data={languages.map((value) => ({ value, label: t.languages[value] }))}
          value={schedule.language}
          onChange={(value) => pick(languages, value, (language) => set({ language }))}
        />
      </div>
      <Textarea
        label={t.recipients}
        description={t.recipientsHint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autosize
        minRows={1}
        value={to}
        error={recipients === null && t.wrongRecipients}
        onChange={(event) => setTo(event.currentTarget.value)}
        data-testid="schedule-to"
      />
      <Switch label={t.active} checked={schedule.active} onChange={(event) => set({ active: event.currentTarget.checked })} />
      {save.error && <ErrorState error={save.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {t.cancel}
        </Button>
        <Button type="submit" loading={save.isPending} data-testid="schedule-save">
          {t.save}
        </Button>
      </Group>
    </form>
  )
}

const everies = ['day', 'week', 'month'] as const
const formats = ['xlsx', 'pdf'] as const
const languages = ['ru', 'en'] as const
