import { Alert, Button, TextInput } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { wallboardPagePath } from '../../../server/contract/index.ts'
import { useWords } from '../../app/i18n.ts'
import { usePlatform } from '../../app/platform.ts'
import classes from '../Settings.module.css'
import { wallboardWords } from './words.ts'

/** A link that was made just now. Nobody can have it shown again. */
export function NewLink({ token, onClose }: { token: string; onClose: () => void }) {
  const t = useWords(wallboardWords)
  const { serverUrl } = usePlatform()
  const field = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<boolean | null>(null)
  const address = (serverUrl === '' ? location.origin : serverUrl) + wallboardPagePath
  const link = `${address}#${token}`
  const copy = () => {
    field.current?.select()
    // Browsers give the clipboard only to https and to this computer; elsewhere the old way still works.
    const written = navigator.clipboard?.writeText(link) ?? Promise.reject(new Error('no clipboard'))
    written
      .catch(() => (document.execCommand('copy') ? undefined : Promise.reject(new Error('refused'))))
      .then(
        () => setCopied(true),
        () => setCopied(false),
      )
  }
  return (
    <>
      <p className={classes.note}>{t.linkNote}</p>
      <TextInput
        ref={field}
        label={t.link}
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
        data-autofocus
        data-testid="wallboard-link"
      />
      {copied === false && (
        <Alert color="yellow" mt="sm" role="alert">
          {t.notCopied}
        </Alert>
      )}
      <p className={classes.note} style={{ margin: '12px 0 0' }}>
        {t.byRemote(address.replace(/^https?:\/\//, ''))}
      </p>
      <div className={classes.actions} style={{ justifyContent: 'flex-end', padding: '20px 0 0' }}>
        <Button variant="default" onClick={onClose}>
          {t.done}
        </Button>
        <Button
          leftSection={copied ? <IconCheck size={16} stroke={1.75} /> : <IconCopy size={16} stroke={1.5} />}
          onClick={copy}
          data-testid="wallboard-copy"
        >
          {copied ? t.copied : t.copy}
        </Button>
      </div>
    </>
  )
}
