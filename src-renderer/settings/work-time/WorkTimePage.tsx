import { Button, Table } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dateOfDay, type Holiday, type WorkTime } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { createFormat } from '../../app/format.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { ErrorState, LoadingLines, ToneBadge } from '../../ui/index.ts'
import { DatedRemoval } from '../dated/DatedRemoval.tsx'
import classes from '../record/Record.module.css'
import { RowTool } from '../record/RowTool.tsx'
import { inOrder, isPast, type RuleState, stateOfRule } from '../record/rule-form.ts'
import shared from '../Settings.module.css'
import { HolidayDialog } from './HolidayDialog.tsx'
import { WorkTimeDialog } from './WorkTimeDialog.tsx'
import { workTimeWords } from './words.ts'
import { inTurn, textOfHours, textOfWeek } from './work-time-form.ts'

const tones = { now: 'ok', later: 'own', past: 'off' } as const satisfies Record<RuleState, string>
const nineToSix = [{ from: 540, to: 1_080 }]
const usualWeek = [nineToSix, nineToSix, nineToSix, nineToSix, nineToSix, [], []]

type Asked =
  | { readonly for: 'time'; readonly time: WorkTime; readonly isNew: boolean }
  | { readonly for: 'holiday'; readonly holiday: Holiday; readonly isNew: boolean }
  | { readonly for: 'timeRemoval'; readonly time: WorkTime }
  | { readonly for: 'holidayRemoval'; readonly holiday: Holiday }

/** When queues are open, from which day on, and the days that are not as their weekday is. */
export function WorkTimePage() {
  const t = useWords(workTimeWords)
  const api = useApi()
  const language = useLanguage()
  const stored = useQuery({ queryKey: ['workTimes'], queryFn: () => api.workTimes() })
  const known = useQuery({ queryKey: ['queueNames'], queryFn: () => api.queueNames() })
  const [asked, setAsked] = useState<Asked | null>(null)
  if (!stored.data)
    return stored.error ? <ErrorState error={stored.error} onRetry={stored.refetch} /> : <LoadingLines lines={5} />
  const { times, holidays, today, timeZone } = stored.data
  const queues = known.data?.queues ?? []
  const nameOf = (queue: string, everyQueue = t.everyQueue): string =>
    queue === '*' ? everyQueue : (queues.find(({ number }) => number === queue)?.name ?? queue)
  // Days are of the site, not of this computer's zone.
  const format = createFormat(language, 'UTC')
  const date = (day: number) => format.date(dateOfDay(day).getTime())
  const queueCell = (queue: string, everyQueue?: string) => (
    <Table.Td>
      {nameOf(queue, everyQueue)} {queue !== '*' && nameOf(queue) !== queue && <span className={classes.muted}>{queue}</span>}
    </Table.Td>
  )
  const tools = (edit: Asked, removal: Asked) => (
    <Table.Td>
      <div className={classes.tools}>
        <RowTool label={t.edit} onClick={() => setAsked(edit)}>
          <IconPencil size={16} stroke={1.5} />
        </RowTool>
        <RowTool label={t.remove} onClick={() => setAsked(removal)}>
          <IconTrash size={16} stroke={1.5} />
        </RowTool>
      </div>
    </Table.Td>
  )
  const close = () => setAsked(null)
  const removal = (title: string, fromDay: number | null, remove: (recount: boolean) => Promise<unknown>) => {
    const past = isPast(fromDay, today)
    const text = past ? t.removePast : t.removeText
    return <DatedRemoval id="work-time" {...{ title, text }} remove={() => remove(past)} queryKey="workTimes" onClose={close} />
  }
  return (
    <>
      <p className={shared.note}>{t.note(timeZone)}</p>
      <div className={classes.panel}>
        {times.length === 0 && <p className={classes.muted}>{t.none}</p>}
        {times.length > 0 && (
          <Table verticalSpacing={6} style={{ fontSize: 13 }} aria-label={t.title}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={220}>{t.queue}</Table.Th>
                <Table.Th w={190}>{t.from}</Table.Th>
                <Table.Th>{t.hours}</Table.Th>
                <Table.Th w={80} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {inOrder(times, nameOf).map((time) => {
                const state = stateOfRule(time, times, today)
                return (
                  <Table.Tr key={`${time.queue} ${time.fromDay}`} data-testid={`work-time-${time.queue}`}>
                    {queueCell(time.queue)}
                    <Table.Td>
                      {time.fromDay === null ? t.always : date(time.fromDay)}{' '}
                      <ToneBadge tone={tones[state]}>{t[state]}</ToneBadge>
                    </Table.Td>
                    <Table.Td>
                      {textOfWeek(time.week, t)}
                      {!time.keepsHolidays && <span className={classes.muted}> · {t.worksOnHolidays}</span>}
                    </Table.Td>
                    {tools({ for: 'time', time, isNew: false }, { for: 'timeRemoval', time })}
                  </Table.Tr>
                )
              })}
            </Table.Tbody>
          </Table>
        )}
      </div>
      <div className={classes.actions}>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} stroke={1.75} />}
          onClick={() =>
            setAsked({
              for: 'time',
              isNew: true,
              time: {
                queue: times.length === 0 ? '*' : (queues[0]?.number ?? '*'),
                fromDay: today,
                week: usualWeek,
                keepsHolidays: true,
              },
            })
          }
          data-testid="work-time-add"
        >
          {t.add}
        </Button>
      </div>
      <section className={classes.panel} aria-label={t.holidays}>
        <h2 className={classes.panelTitle}>{t.holidays}</h2>
        {holidays.length === 0 && <p className={classes.muted}>{t.noHolidays}</p>}
        {holidays.length > 0 && (
          <Table verticalSpacing={6} style={{ fontSize: 13 }} aria-label={t.holidays}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={130}>{t.day}</Table.Th>
                <Table.Th>{t.name}</Table.Th>
                <Table.Th w={240}>{t.queue}</Table.Th>
                <Table.Th w={200}>{t.hours}</Table.Th>
                <Table.Th w={80} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {inTurn(holidays, today).map((holiday) => (
                <Table.Tr key={`${holiday.queue} ${holiday.day}`} data-testid={`holiday-${holiday.day}`}>
                  <Table.Td>{date(holiday.day)}</Table.Td>
                  <Table.Td>{holiday.name}</Table.Td>
                  {queueCell(holiday.queue, t.everyQueueOnHoliday)}
                  <Table.Td>{holiday.hours.length === 0 ? t.closed : textOfHours(holiday.hours)}</Table.Td>
                  {tools({ for: 'holiday', holiday, isNew: false }, { for: 'holidayRemoval', holiday })}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </section>
      <div className={classes.actions}>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} stroke={1.75} />}
          onClick={() => setAsked({ for: 'holiday', isNew: true, holiday: { queue: '*', day: today, name: '', hours: [] } })}
          data-testid="holiday-add"
        >
          {t.addHoliday}
        </Button>
      </div>
      {asked?.for === 'time' && <WorkTimeDialog {...{ ...asked, times, queues, today }} onClose={close} />}
      {asked?.for === 'holiday' && <HolidayDialog {...{ ...asked, holidays, queues, today }} onClose={close} />}
      {asked?.for === 'timeRemoval' &&
        removal(t.removeTime, asked.time.fromDay, (recount) =>
          api.removeWorkTime({ body: { queue: asked.time.queue, fromDay: asked.time.fromDay, recount } }),
        )}
      {asked?.for === 'holidayRemoval' &&
        removal(t.removeHoliday, asked.holiday.day, (recount) =>
          api.removeHoliday({ body: { queue: asked.holiday.queue, day: asked.holiday.day, recount } }),
        )}
    </>
  )
}
