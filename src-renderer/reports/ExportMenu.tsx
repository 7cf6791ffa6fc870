import { Button, Menu, Progress } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload, IconFileSpreadsheet, IconFileTypeCsv } from '@tabler/icons-react'
import type { ExportContent, ExportState } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import { words as uiWords } from '../ui/words.ts'
import classes from './ExportMenu.module.css'
import { exportFailure } from './export-failure.ts'
import { exportWords } from './export-words.ts'
import { takeExport } from './take-export.ts'

const lookEveryMs = 400
let exports = 0

interface ExportMenuProps {
  readonly content: ExportContent
  /** Small surfaces have no room for the word. */
  readonly compact?: boolean
}

/** What stands here as a file. Writing goes on while the person works on; a notice says how far it is. */
export function ExportMenu({ content, compact = false }: ExportMenuProps) {
  const t = useWords(exportWords)
  const take = useTakeExport()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size={compact ? 'compact-xs' : 'xs'}
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.5} />}
          data-testid="export"
        >
          {t.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileSpreadsheet size={16} stroke={1.5} />} onClick={() => take(content, 'xlsx')}>
          {t.xlsx}
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypeCsv size={16} stroke={1.5} />} onClick={() => take(content, 'csv')}>
          {t.csv}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function useTakeExport(): (content: ExportContent, format: 'csv' | 'xlsx') => Promise<void> {
  const t = useWords(exportWords)
  const { errors } = useWords(uiWords)
  const api = useApi()
  const platform = usePlatform()
  const language = useLanguage()
  return async (content, format) => {
    const id = `export-${++exports}`
    const abort = new AbortController()
    const notice = (state: ExportState | null) => ({
      id,
      autoClose: false as const,
      withCloseButton: false,
      // Its numbers change all the time: only the end is read out.
      role: 'group',
      message: <ExportProgress state={state} onCancel={() => abort.abort()} />,
    })
    notifications.show(notice(null))
    const end = (message: string, color?: string) => {
      notifications.hide(id)
      notifications.show({ message, ...(color !== undefined && { color }) })
    }
    try {
      const outcome = await takeExport(
        { content, format, language },
        {
          api,
          files: platform.files,
          wait: (lost) => new Promise((resolve) => setTimeout(resolve, lookEveryMs * 2 ** lost)),
          onProgress: (state) => notifications.update(notice(state)),
          signal: abort.signal,
        },
      )
      if (outcome === 'given') end(t.given)
      else if (outcome === 'failed') end(t.failed, 'red')
      else notifications.hide(id)
    } catch (error) {
      end(exportFailure(error, { ...t, errors }), 'red')
    }
  }
}

function ExportProgress({ state, onCancel }: { state: ExportState | null; onCancel: () => void }) {
  const t = useWords(exportWords)
  const percent = state === null || state.total === 0 ? 0 : Math.floor((state.rows / state.total) * 100)
  return (
    <div className={classes.progress} data-testid="export-progress">
      <span>{t.writing(state?.rows ?? 0, state?.total ?? 0)}</span>
      <Button size="compact-xs" variant="subtle" onClick={onCancel}>
        {t.cancel}
      </Button>
      <Progress className={classes.bar ?? ''} value={percent} size="sm" aria-label={t.export} />
    </div>
  )
}
