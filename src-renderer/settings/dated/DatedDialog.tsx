import { Button, Checkbox, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useWords } from '../../app/i18n.ts'
import { Failure } from '../ConnectionPage.tsx'
import classes from '../record/Record.module.css'
import { datedWords } from './dated-words.ts'

interface DatedDialogProps {
  /** Begins its test ids. */
  readonly id: 'rule' | 'work-time' | 'holiday'
  readonly title: string
  readonly size: number
  /** It is valid on days that are over: saved only together with counting their reports again. */
  readonly past: boolean
  readonly recountHint: string
  /** Nothing in the fields is wrong. */
  readonly valid: boolean
  readonly save: (recount: boolean) => Promise<unknown>
  /** What is asked for again once it is saved. */
  readonly queryKey: string
  readonly onClose: () => void
  /** The fields; what lacks in them is told once saving was tried. */
  readonly children: (tried: boolean) => ReactNode
}

/** The form of something that is valid for a queue on a day or from a day on. */
export function DatedDialog(props: DatedDialogProps) {
  const { id, title, size, past, recountHint, valid, queryKey, onClose, children } = props
  const t = useWords(datedWords)
  const queries = useQueryClient()
  const [recount, setRecount] = useState(false)
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: () => props.save(past && recount),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: [queryKey] })
      notifications.show({ message: t.saved })
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title={title} size={size} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (valid && (!past || recount)) save.mutate()
        }}
        noValidate
        data-testid={`${id}-form`}
      >
        <div className={classes.grid}>
          {children(tried)}
          {past && (
            <Checkbox
              className={classes.whole ?? ''}
              label={t.recount}
              description={recountHint}
              checked={recount}
              error={tried && !recount ? t.recountNeeded : null}
              onChange={(event) => setRecount(event.currentTarget.checked)}
              data-testid={`${id}-recount`}
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
