import { Drawer } from '@mantine/core'
import { addDays, type FigureDefinition, type LoadOfDay, recentMs } from '../../server/contract/index.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { BehindPanel, type OpenedFigure, useDefinitions } from '../reports/index.ts'
import type { DayFigure } from './FigureStrip.tsx'
import type { dayFigures } from './figures.ts'
import classes from './MonitorScreen.module.css'
import { words } from './words.ts'

const figureOf = { answered: 'answered', lost: 'lost', level: 'serviceLevel', recentLevel: 'serviceLevel' } as const

interface Asked {
  /** The site's. */
  readonly day: number
  /** Queue number; null: all. */
  readonly queue: string | null
  readonly figures: ReturnType<typeof dayFigures>
}

/** Opens the calls behind figures of today: the very list a report opens, by the very formula. */
export function useVisits({ day, queue, figures }: Asked): {
  formulaOf: (figure: DayFigure) => string | null
  ofFigure: (figure: DayFigure) => OpenedFigure | null
  ofHour: (hour: LoadOfDay['hours'][number]) => OpenedFigure | null
} {
  const t = useWords(words)
  const language = useLanguage()
  const { data } = useDefinitions()
  const definition = (id: string): FigureDefinition | undefined => data?.figures.find((figure) => figure.id === id)
  const request = {
    report: 'queues' as const,
    fromDay: day,
    toDay: day,
    filter: queue === null ? {} : { queues: [queue] },
  }
  return {
    formulaOf: (figure) => definition(figureOf[figure])?.[language].formula ?? null,
    ofFigure(wanted) {
      const figure = definition(figureOf[wanted])
      if (!figure) return null
      const recent = wanted === 'recentLevel'
      const { answered, lost } = figures.today
      const value = { answered, lost, level: figures.today.serviceLevel, recentLevel: figures.recent.serviceLevel }[wanted]
      return {
        request: {
          ...request,
          groupBy: 'queue',
          // Soon after midnight half an hour is of yesterday too.
          ...(recent && { fromDay: addDays(day, -1), sinceMs: serverNow() - recentMs }),
        },
        figure,
        row: undefined,
        rowName: recent ? t.lastHalfHour : t.ofToday,
        value,
      }
    },
    ofHour({ hourMs, hourOfDay, offered }) {
      const figure = definition('offered')
      if (!figure) return null
      const rowName = `${t.ofToday}, ${t.load.hour(hourOfDay)}`
      return { request: { ...request, groupBy: 'hour' }, figure, row: String(hourMs), rowName, value: offered }
    },
  }
}

export function VisitsDrawer({ opened, onClose }: { opened: OpenedFigure | null; onClose: () => void }) {
  const t = useWords(words)
  return (
    <Drawer
      opened={opened !== null}
      onClose={onClose}
      position="right"
      size="min(900px, 90vw)"
      withCloseButton={false}
      padding={0}
      aria-label={t.visitsOfQueues}
    >
      <div className={classes.visits}>{opened && <BehindPanel opened={opened} onClose={onClose} />}</div>
    </Drawer>
  )
}
