import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ApiError, type CallBack } from '../../server/contract/index.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { CallBackDate } from '../card/CallBackField.tsx'
import { type CallBackPreset, presetTime, tomorrowAt } from '../card/call-back-time.ts'
import { NoteField } from '../card/NoteField.tsx'
import { useTellError } from '../workplace/actions.ts'
import { useSaveCallBack } from './queries.ts'
import { useOwnQueues } from './use-work.tsx'
import { words } from './words.ts'

/** What the dialog begins with: a task to change, or a number (from a missed call, from a call) for a new one. */
export type CallBackDraft =
  | { readonly task: CallBack }
  | { readonly task?: never; readonly number: string; readonly reason?: string; readonly missedCallId?: string }

const minute = 60_000
const reminders = { none: null, at: 0, five: 5 * minute, fifteen: 15 * minute, hour: 60 * minute } as const
type ReminderId = keyof typeof reminders
const reminderIds = ['none', 'at', 'five', 'fifteen', 'hour'] as const satisfies readonly ReminderId[]
const reminderOf = (ms: number | null): ReminderId => reminderIds.find((id) => reminders[id] === ms) ?? 'at'
const presets = ['soon', 'hour', 'tomorrow', 'date'] as const
const personal = 'personal'
const maxReason = 1_000

/** Make or change a call-back. */
export function CallBackDialog({ draft, onClose }: { draft: CallBackDraft; onClose: () => void }) {
  const t = useWords(words).dialog
  return (
    <Modal opened onClose={onClose} title={draft.task ? t.edit : t.create} centered size={440}>
      <CallBackForm draft={draft} onClose={onClose} />
    </Modal>
  )
}

function CallBackForm({ draft, onClose }: { draft: CallBackDraft; onClose: () => void }) {
  const all = useWords(words)
  const t = all.dialog
  const tell = useTellError()
  const queues = useOwnQueues()
  const { create, update } = useSaveCallBack()
  const { task } = draft
  const [number, setNumber] = useState(task ? formatPhone(task.number) : draft.number)
  const [reason, setReason] = useState(task ? task.reason : (draft.reason ?? ''))
  const [preset, setPreset] = useState<CallBackPreset>(task?.dueAtMs == null ? 'soon' : 'date')
  const [dueAtMs, setDue] = useState(task?.dueAtMs ?? null)
  const [list, setList] = useState(task?.queue?.number ?? personal)
  const [remind, setRemind] = useState<ReminderId>(reminderOf(task ? task.remindBeforeMs : 0))
  // Pressed twice, or again after an answer that was lost: one call-back.
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const [wrong, setWrong] = useState<string | null>(null)

  const choosePreset = (value: string | null) => {
    const next = presets.find((one) => one === value)
    if (next === undefined) return
    setPreset(next)
    setDue(next === 'date' ? (dueAtMs ?? tomorrowAt(serverNow(), 10)) : presetTime(next, serverNow()))
  }
  const failed = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'invalidInput' && error.fields['number'] !== undefined)
      setWrong(t.wrongNumber)
    else if (error instanceof ApiError && error.code === 'conflict') setWrong(t.changed)
    else tell(all.actionFailed, error)
  }
  const save = () => {
    const queueNumber = list === personal ? null : list
    const fields = { reason, dueAtMs, remindBeforeMs: reminders[remind] }
    const on = { onSuccess: onClose, onError: failed }
    if (task) {
      const moved = queueNumber === (task.queue?.number ?? null) ? {} : { queueNumber }
      update.mutate({ id: task.id, version: task.version, ...fields, ...moved }, on)
    } else {
      const missedCallId = draft.missedCallId ?? null
      create.mutate({ number: number.trim(), ...fields, queueNumber, missedCallId, idempotencyKey }, on)
    }
  }
  const noNumber = number.replace(/\D/g, '').length < 2

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
      data-testid="callback-dialog"
    >
      <Stack gap="sm">
        <TextInput
          label={t.number}
          placeholder={t.numberHint}
          value={number}
          readOnly={task !== undefined}
          maxLength={40}
          error={wrong}
          data-autofocus={task === undefined && number === '' ? true : undefined}
          onChange={(event) => {
            setNumber(event.currentTarget.value)
            setWrong(null)
          }}
          data-testid="callback-number"
        />
        <NoteField
          label={t.reason}
          value={reason}
          limit={maxReason}
          lines={3}
          focused={task !== undefined || draft.number !== ''}
          onChange={setReason}
          testId="callback-reason"
        />
        <Group grow align="flex-end">
          <Select
            label={t.when}
            data={presets.map((value) => ({ value, label: t.whens[value] }))}
            value={preset}
            onChange={choosePreset}
            allowDeselect={false}
            data-testid="callback-when"
          />
          {preset === 'date' && dueAtMs !== null && <CallBackDate atMs={dueAtMs} onAt={setDue} />}
        </Group>
        <Group grow>
          <Select
            label={t.list}
            data={[
              { value: personal, label: t.personal },
              ...queues.map(({ number, name }) => ({ value: number, label: t.queue(name) })),
            ]}
            value={list}
            onChange={(value) => setList(value ?? personal)}
            allowDeselect={false}
            data-testid="callback-list"
          />
          <Select
            label={t.remind}
            data={reminderIds.map((value) => ({ value, label: t.reminds[value] }))}
            value={remind}
            onChange={(value) => setRemind(reminderIds.find((id) => id === value) ?? 'at')}
            disabled={dueAtMs === null}
            allowDeselect={false}
            data-testid="callback-remind"
          />
        </Group>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" disabled={noNumber} loading={create.isPending || update.isPending} data-testid="callback-save">
            {t.save}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
