import { Button, NativeSelect, Table, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Announcement, type Language } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { ErrorState, LoadingLines, useErrorWords } from '../ui/index.ts'
import { announcementWords } from './announcement-words.ts'
import { RowActions } from './RowActions.tsx'
import classes from './Settings.module.css'
import { words } from './words.ts'

const languages: readonly Language[] = ['ru', 'en']
const isLanguage = (value: string): value is Language => languages.some((language) => language === value)
const fresh = (): Announcement => ({ id: crypto.randomUUID(), language: 'ru', ru: '', en: '', sound: '' })

/** What operators can play into calls, in the order they are offered it. */
export function AnnouncementsPage() {
  const t = useWords(announcementWords)
  const api = useApi()
  const { data, error, refetch } = useQuery({ queryKey: ['announcements'], queryFn: () => api.announcements() })
  return (
    <>
      <p className={classes.note}>{t.note}</p>
      {data === undefined && error === null && <LoadingLines lines={5} />}
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && <Editor announcements={data.announcements} />}
    </>
  )
}

function Editor({ announcements }: { announcements: readonly Announcement[] }) {
  const all = useWords(words)
  const t = useWords(announcementWords)
  const api = useApi()
  const queries = useQueryClient()
  const [rows, setRows] = useState(announcements)
  const [tried, setTried] = useState(false)
  const changed = JSON.stringify(rows) !== JSON.stringify(announcements)
  const save = useMutation({
    mutationFn: () => api.saveAnnouncements({ body: { announcements: [...rows] } }),
    onSuccess: (saved) => {
      queries.setQueryData(['announcements'], saved)
      setRows(saved.announcements)
      setTried(false)
      notifications.show({ message: all.saved })
    },
  })
  const problem = useErrorWords(save.error)

  const change = (at: number, to: Partial<Announcement>) =>
    setRows(rows.map((row, index) => (index === at ? { ...row, ...to } : row)))
  const whole = rows.every((row) => Announcement.safeParse(row).success)
  const shown = (valid: boolean, wrong: string): string | null => (tried && !valid ? wrong : null)

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (whole) save.mutate()
      }}
      style={{ maxWidth: 960 }}
    >
      {rows.length === 0 && <p className={classes.note}>{t.none}</p>}
      {rows.length > 0 && (
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t.ru}</Table.Th>
              <Table.Th>{t.en}</Table.Th>
              <Table.Th>{t.sound}</Table.Th>
              <Table.Th w={156}>{t.language}</Table.Th>
              <Table.Th w={112} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              <Table.Tr key={row.id} data-testid="announcement" style={{ verticalAlign: 'top' }}>
                {languages.map((language) => (
                  <Table.Td key={language}>
                    <TextInput
                      size="xs"
                      aria-label={t[language]}
                      value={row[language]}
                      maxLength={60}
                      error={shown(Announcement.shape[language].safeParse(row[language]).success, t.empty)}
                      onChange={(event) => change(at, { [language]: event.currentTarget.value })}
                    />
                  </Table.Td>
                ))}
                <Table.Td>
                  <TextInput
                    size="xs"
                    aria-label={t.sound}
                    placeholder="custom/holiday"
                    spellCheck={false}
                    value={row.sound}
                    maxLength={100}
                    error={shown(Announcement.shape.sound.safeParse(row.sound).success, t.wrongSound)}
                    onChange={(event) => change(at, { sound: event.currentTarget.value.trim() })}
                  />
                </Table.Td>
                <Table.Td>
                  <NativeSelect
                    size="xs"
                    aria-label={t.language}
                    value={row.language}
                    data={languages.map((value) => ({ value, label: t.languages[value] }))}
                    onChange={({ currentTarget: { value } }) => {
                      if (isLanguage(value)) change(at, { language: value })
                    }}
                  />
                </Table.Td>
                <Table.Td>
                  <RowActions rows={rows} at={at} name={row.ru} t={t} onChange={setRows} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
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
          disabled={rows.length >= 50}
          onClick={() => setRows([...rows, fresh()])}
          data-testid="announcement-add"
        >
          {t.add}
        </Button>
        <Button type="submit" size="xs" loading={save.isPending} disabled={!changed} data-testid="announcements-save">
          {all.save}
        </Button>
      </div>
    </form>
  )
}
