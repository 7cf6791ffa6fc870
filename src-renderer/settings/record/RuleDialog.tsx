import { NumberInput, Select } from '@mantine/core'
import { useState } from 'react'
import { LevelFormula, type QueueRule } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { DatedDialog } from '../dated/DatedDialog.tsx'
import { DayField, EverField, type NamedQueues, QueueField } from '../dated/DatedFields.tsx'
import classes from './Record.module.css'
import { isPast, isTaken } from './rule-form.ts'
import { ruleWords } from './rule-words.ts'

interface RuleDialogProps {
  readonly rule: QueueRule
  /** Else queue and day stay: they are what the rule is known by. */
  readonly isNew: boolean
  /** All there are. */
  readonly rules: readonly QueueRule[]
  readonly queues: NamedQueues
  readonly today: number
  readonly onClose: () => void
}

/** What a queue is judged by from a day on. */
export function RuleDialog({ rule, isNew, rules, queues, today, onClose }: RuleDialogProps) {
  const t = useWords(ruleWords)
  const api = useApi()
  const [queue, setQueue] = useState(rule.queue)
  const [fromDay, setFromDay] = useState(rule.fromDay)
  const [target, setTarget] = useState<number | string>(rule.targetMs / 1_000)
  const [short, setShort] = useState<number | string>(rule.shortMs / 1_000)
  const [formula, setFormula] = useState(rule.formula)
  const taken = isNew && isTaken(rules, { queue, fromDay })
  const targetIsWrong = typeof target !== 'number' || target < 1 || target > 3_600
  const shortIsWrong = typeof short !== 'number' || short < 0 || short > 600
  return (
    <DatedDialog
      id="rule"
      title={isNew ? t.add : t.title}
      size={560}
      past={isPast(fromDay, today)}
      recountHint={t.recountHint}
      valid={!taken && !targetIsWrong && !shortIsWrong}
      save={(recount) =>
        api.saveQueueRule({
          body: {
            queue,
            fromDay,
            targetMs: Math.round(Number(target) * 1_000),
            shortMs: Math.round(Number(short) * 1_000),
            formula,
            recount,
          },
        })
      }
      queryKey="queueRules"
      onClose={onClose}
    >
      {(tried) => (
        <>
          <QueueField queue={queue} queues={queues} everyQueue={t.everyQueue} disabled={!isNew} onChange={setQueue} />
          <DayField
            label={t.from}
            day={fromDay}
            disabled={!isNew}
            error={tried && taken ? t.taken : null}
            testId="rule-from"
            onChange={setFromDay}
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
          {isNew && <EverField fromDay={fromDay} today={today} testId="rule-ever" onChange={setFromDay} />}
        </>
      )}
    </DatedDialog>
  )
}
