import { Button, Table } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { builtInRule, dateOfDay, type QueueRule } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { createFormat, useFormat } from '../../app/format.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { ErrorState, LoadingLines, ToneBadge } from '../../ui/index.ts'
import { DatedRemoval } from '../dated/DatedRemoval.tsx'
import shared from '../Settings.module.css'
import classes from './Record.module.css'
import { RowTool } from './RowTool.tsx'
import { RuleDialog } from './RuleDialog.tsx'
import { inOrder, isPast, type RuleState, stateOfRule } from './rule-form.ts'
import { ruleWords } from './rule-words.ts'

const tones = { now: 'ok', later: 'own', past: 'off' } as const satisfies Record<RuleState, string>

type Asked =
  | { readonly for: 'rule'; readonly rule: QueueRule; readonly isNew: boolean }
  | { readonly for: 'removal'; readonly rule: QueueRule }

/** What calls in queues are judged by, from which day on. */
export function QueueRulesPage() {
  const t = useWords(ruleWords)
  const api = useApi()
  const language = useLanguage()
  const format = useFormat()
  const rules = useQuery({ queryKey: ['queueRules'], queryFn: () => api.queueRules() })
  const known = useQuery({ queryKey: ['queueNames'], queryFn: () => api.queueNames() })
  const [asked, setAsked] = useState<Asked | null>(null)
  if (!rules.data) return rules.error ? <ErrorState error={rules.error} onRetry={rules.refetch} /> : <LoadingLines lines={5} />
  const { today } = rules.data
  const queues = known.data?.queues ?? []
  const nameOf = (queue: string): string =>
    queue === '*' ? t.everyQueue : (queues.find(({ number }) => number === queue)?.name ?? queue)
  // Days are of the site, not of this computer's zone.
  const day = createFormat(language, 'UTC')
  const close = () => setAsked(null)
  return (
    <>
      <p className={shared.note}>{t.note}</p>
      <div className={classes.panel}>
        <Table verticalSpacing={6} style={{ fontSize: 13 }} aria-label={t.queue}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t.queue}</Table.Th>
              <Table.Th w={190}>{t.from}</Table.Th>
              <Table.Th w={130} ta="right">
                {t.target}
              </Table.Th>
              <Table.Th w={130} ta="right">
                {t.short}
              </Table.Th>
              <Table.Th>{t.formula}</Table.Th>
              <Table.Th w={80} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {inOrder(rules.data.rules, nameOf).map((rule) => {
              const { queue, fromDay, targetMs, shortMs, formula } = rule
              const state = stateOfRule(rule, rules.data.rules, today)
              // The built-in one is there without anybody having saved it: nothing to take back.
              const builtIn = queue === '*' && fromDay === null
              return (
                <Table.Tr key={`${queue} ${fromDay}`} data-testid={`rule-${queue}`}>
                  <Table.Td>
                    {nameOf(queue)} {queue !== '*' && nameOf(queue) !== queue && <span className={classes.muted}>{queue}</span>}
                  </Table.Td>
                  <Table.Td>
                    {fromDay === null ? t.always : day.date(dateOfDay(fromDay).getTime())}{' '}
                    <ToneBadge tone={tones[state]}>{t[state]}</ToneBadge>
                  </Table.Td>
                  <Table.Td className={classes.number}>{format.number(targetMs / 1_000)}</Table.Td>
                  <Table.Td className={classes.number}>{format.number(shortMs / 1_000)}</Table.Td>
                  <Table.Td title={t.formulaWords[formula]}>{t.formulas[formula]}</Table.Td>
                  <Table.Td>
                    <div className={classes.tools}>
                      <RowTool label={t.edit} onClick={() => setAsked({ for: 'rule', rule, isNew: false })}>
                        <IconPencil size={16} stroke={1.5} />
                      </RowTool>
                      {!builtIn && (
                        <RowTool label={t.remove} onClick={() => setAsked({ for: 'removal', rule })}>
                          <IconTrash size={16} stroke={1.5} />
                        </RowTool>
                      )}
                    </div>
                  </Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
        <p className={classes.muted} style={{ marginTop: 8 }}>
          {t.legend}
        </p>
      </div>
      <div className={classes.actions}>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} stroke={1.75} />}
          onClick={() =>
            setAsked({ for: 'rule', isNew: true, rule: { queue: queues[0]?.number ?? '*', fromDay: today, ...builtInRule } })
          }
          data-testid="rule-add"
        >
          {t.add}
        </Button>
      </div>
      {asked?.for === 'rule' && (
        <RuleDialog
          rule={asked.rule}
          isNew={asked.isNew}
          rules={rules.data.rules}
          queues={queues}
          today={today}
          onClose={close}
        />
      )}
      {asked?.for === 'removal' && (
        <DatedRemoval
          id="rule"
          title={t.removeTitle}
          text={isPast(asked.rule.fromDay, today) ? t.removePast : t.removeText}
          remove={() => {
            const { queue, fromDay } = asked.rule
            return api.removeQueueRule({ body: { queue, fromDay, recount: isPast(fromDay, today) } })
          }}
          queryKey="queueRules"
          onClose={close}
        />
      )}
    </>
  )
}
