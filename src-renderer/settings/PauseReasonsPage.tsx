import { Button, NumberInput, Table, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { PauseReason } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { ErrorState, LoadingLines, useErrorWords } from '../ui/index.ts'
import { usePauseReasons } from '../worklists/index.ts'
import { pauseWords } from './pause-words.ts'
import { RowActions } from './RowActions.tsx'
import classes from './Settings.module.css'
import { words } from './words.ts'

type Row = PauseReason & { readonly key: string }
const wrapUpCode = 'wrapup'
const isSame = (a: PauseReason, b: PauseReason | undefined): boolean =>
  a.code === b?.code && a.ru === b.ru && a.en === b.en && a.limitMin === b.limitMin
const fresh = (): Row => ({ key: crypto.randomUUID(), code: '', ru: '', en: '', limitMin: null })

/** Reasons to pause, in the order operators are offered them. */
export function PauseReasonsPage() {
  const t = useWords(pauseWords)
  const { data, error, refetch } = usePauseReasons()
  return (
    <>
      <p className={classes.note}>{t.note}</p>
      {data === undefined && error === null && <LoadingLines lines={5} />}
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && <Editor reasons={data.reasons} />}
    </>
  )
}

function Editor({ reasons }: { reasons: readonly PauseReason[] }) {
  const all = useWords(words)
  const t = useWords(pauseWords)
  const api = useApi()
  const queries = useQueryClient()
  const [rows, setRows] = useState<readonly Row[]>(() => reasons.map((reason) => ({ ...reason, key: reason.code })))
  const [tried, setTried] = useState(false)
  const edited = rows.map(({ key: _, ...reason }) => ({ ...reason, ru: reason.ru.trim(), en: reason.en.trim() }))
  const changed = edited.length !== reasons.length || edited.some((reason, at) => !isSame(reason, reasons[at]))
  const save = useMutation({
    mutationFn: () => api.savePauseReasons({ body: { reasons: edited } }),
    onSuccess: (saved) => {
      queries.setQueryData(['pauseReasons'], saved)
      notifications.show({ message: all.saved })
    },
  })
  const problem = useErrorWords(save.error)

  const change = (at: number, to: Partial<PauseReason>) =>
    setRows(rows.map((row, index) => (index === at ? { ...row, ...to } : row)))
  const codeProblem = (row: Row, at: number): string | null => {
    if (row.code === wrapUpCode) return t.reserved
    if (!PauseReason.shape.code.safeParse(row.code).success) return t.wrongCode
    return rows.findIndex((other) => other.code === row.code) < at ? t.twice : null
  }
  const whole = rows.every((row, at) => codeProblem(row, at) === null && row.ru.trim() !== '' && row.en.trim() !== '')
  const shown = (wrong: string | null): string | null => (tried ? wrong : null)

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (whole) save.mutate()
      }}
      style={{ maxWidth: 860 }}
    >
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t.code}</Table.Th>
            <Table.Th>{t.ru}</Table.Th>
            <Table.Th>{t.en}</Table.Th>
            <Table.Th w={130}>{t.limit}</Table.Th>
            <Table.Th w={112} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, at) => (
            <Table.Tr key={row.key} data-testid="pause-reason" style={{ verticalAlign: 'top' }}>
              <Table.Td>
                <TextInput
                  size="xs"
                  aria-label={t.code}
                  value={row.code}
                  maxLength={40}
                  error={shown(codeProblem(row, at))}
                  onChange={(event) => change(at, { code: event.currentTarget.value.trim() })}
                />
              </Table.Td>
              {(['ru', 'en'] as const).map((language) => (
                <Table.Td key={language}>
                  <TextInput
                    size="xs"
                    aria-label={t[language]}
                    value={row[language]}
                    maxLength={60}
                    error={shown(row[language].trim() === '' ? t.empty : null)}
                    onChange={(event) => change(at, { [language]: event.currentTarget.value })}
                  />
                </Table.Td>
              ))}
              <Table.Td>
                <NumberInput
                  size="xs"
                  aria-label={t.limit}
                  placeholder={t.noLimit}
                  min={1}
                  max={600}
                  allowDecimal={false}
                  value={row.limitMin ?? ''}
                  onChange={(value) => change(at, { limitMin: typeof value === 'number' && value > 0 ? value : null })}
                />
              </Table.Td>
              <Table.Td>
                <RowActions rows={rows} at={at} name={row.ru} t={t} least={1} onChange={setRows} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {save.error && (
        <p className={classes.caution} role="alert">
          {problem.title}
        </p>
      )}
      <div style={{ display: 'flex', justifyContent: 'space-between', marginTop: 12 }}>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} stroke={1.75} />}
          disabled={rows.length >= 30}
          onClick={() => setRows([...rows, fresh()])}
          data-testid="pause-reason-add"
        >
          {t.add}
        </Button>
        <Button type="submit" size="xs" loading={save.isPending} disabled={!changed} data-testid="pause-reasons-save">
          {t.save}
        </Button>
      </div>
    </form>
  )
}
