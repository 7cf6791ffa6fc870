import '@mantine/dates/styles.css'
import 'dayjs/locale/ru'
import { Button, Checkbox, Modal, NumberInput, Select } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { LevelFormula, type QueueRule, type RouteResult, type Routes } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { Failure } from '../ConnectionPage.tsx'
import classes from './Record.module.css'
import { dayOfText, isPast, isTaken, textOfDay } from './rule-form.ts'
import { words } from './words.ts'

interface RuleDialogProps {
  readonly rule: QueueRule
  /** Else queue and day stay: they are what the rule is known by. */
  readonly isNew: boolean
  /** All there are. */
  readonly rules: readonly QueueRule[]
  readonly queues: RouteResult<Routes['queueNames']>['queues']
  readonly today: number
  readonly onClose: () => void
}

/** What a queue is judged by from a day on. */
export function RuleDialog({ rule, isNew, rules, queues, today, onClose }: RuleDialogProps) {
  const all = useWords(words)
  const t = all.rules
  const language = useLanguage()
  const api = useApi()
  const queries = useQueryClient()
  const [queue, setQueue] = useState(rule.queue)
  const [fromDay, setFromDay] = useState(rule.fromDay)
  const [target, setTarget] = useState<number | string>(rule.targetMs / 1_000)
  const [short, setShort] = useState<number | string>(rule.shortMs / 1_000)
  const [formula, setFormula] = useState(rule.formula)
  const [recount, setRecount] = useState(false)
  const [tried, setTried] = useState(false)
  const past = isPast(fromDay, today)
  const taken = isNew && isTaken(rules, { queue, fromDay })
  const targetIsWrong = typeof target !== 'number' || target < 1 || target > 3_600
  const shortIsWrong = typeof short !== 'number' || short < 0 || short > 600
  const save = useMutation({
    mutationFn: () =>
      api.saveQueueRule({
        body: {
          queue,
          fromDay,
          targetMs: Math.round(Number(target) * 1_000),
          shortMs: Math.round(Number(short) * 1_000),
          formula,
          recount: past && recount,
        },
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['queueRules'] })
      notifications.show({ message: all.ruleSaved })
      onClose()
    },
  })
  const names = queues.map(({ number, name }) => ({ value: number, label: name === number ? name : `${name} · ${number}` }))
  if (queue !== '*' && !queues.some(({ number }) => number === queue)) names.push({ value: queue, label: queue })
  return (
    <Modal opened onClose={onClose} title={isNew ? t.add : t.title} size={560} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (!taken && !targetIsWrong && !shortIsWrong && (!past || recount)) save.mutate()
        }}
        noValidate
        data-testid="rule-form"
      >
        <div className={classes.grid}>
          <Select
            className={classes.half ?? ''}
            label={t.queue}
            allowDeselect={false}
            disabled={!isNew}
            data={[...names, { value: '*', label: t.everyQueue }]}
            value={queue}
            onChange={(value) => value !== null && setQueue(value)}
          />
          <DatePickerInput
            className={classes.half ?? ''}
            label={t.from}
            locale={language}
            firstDayOfWeek={1}
            weekendDays={[]}
            valueFormat="DD.MM.YYYY"
            disabled={!isNew || fromDay === null}
            placeholder={t.always}
            value={fromDay === null ? null : textOfDay(fromDay)}
            onChange={(value) => value !== null && setFromDay(dayOfText(value))}
            error={tried && taken ? t.taken : null}
            data-testid="rule-from"
          />
          <NumberInput
            className={classes.half ?? ''}
            label={t.target}
            hideControls
            value={target}
            onChange={setTarget}
            error={tried && targetIsWrong ? t.wrongTarget : null}
          />
          <NumberInput
            className={classes.half ?? ''}
            label={t.short}
            description={t.shortHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            hideControls
            value={short}
            onChange={setShort}
            error={tried && shortIsWrong ? t.wrongShort : null}
          />
          <Select
            className={classes.whole ?? ''}
            label={t.formula}
            description={t.formulaWords[formula]}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            allowDeselect={false}
            data={LevelFormula.options.map((value) => ({ value, label: t.formulas[value] }))}
            value={formula}
            onChange={(value) => value !== null && setFormula(value)}
          />
          {isNew && (
            <Checkbox
              className={classes.whole ?? ''}
              label={t.fromBeginning}
              checked={fromDay === null}
              onChange={(event) => setFromDay(event.currentTarget.checked ? null : today)}
            />
          )}
          {past && (
            <Checkbox
              className={classes.whole ?? ''}
              label={t.recount}
              description={t.recountHint}
              checked={recount}
              error={tried && !recount ? t.recountNeeded : null}
              onChange={(event) => setRecount(event.currentTarget.checked)}
              data-testid="rule-recount"
            />
          )}
        </div>
        {save.error && <Failure error={save.error} />}
        <div className={classes.dialogActions}>
          <Button type="submit" loading={save.isPending}>
            {t.save}
          </Button>
          <Button variant="subtle" ml="auto" onClick={onClose}>
            {t.cancel}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
