import { Modal } from '@mantine/core'
import { Kbd } from '../ui/index.ts'
import { useWords } from './i18n.ts'
import classes from './KeysSheet.module.css'
import { byTitle, keyGroups, uncovers } from './keys.ts'
import { words } from './words.ts'

/** Every key that works on the present screen. */
export function KeysSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useWords(words)
  const groups = keyGroups((state) => state.groups)
  const shown = byTitle(groups)
  return (
    <Modal opened={opened} onClose={onClose} title={t.keys.title} size={680} centered attributes={uncovers(!opened)}>
      <div className={classes.groups}>
        {shown.map((group) => (
          <section key={group.title} className={classes.group}>
            <h2 className={classes.title}>{group.title}</h2>
            {group.bindings.map((binding) => (
              <div key={binding.keys + binding.title} className={classes.line}>
                <span>{binding.title}</span>
                <Kbd keys={binding.keys} />
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  )
}
