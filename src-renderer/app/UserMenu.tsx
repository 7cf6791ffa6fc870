import { Menu } from '@mantine/core'
import { IconKeyboard, IconLogout } from '@tabler/icons-react'
import { plainName } from '../../server/contract/index.ts'
import { useLeaving } from '../leaving/index.ts'
import { Kbd } from '../ui/index.ts'
import { useWords } from './i18n.ts'
import { LanguageSwitch, ThemeSwitch } from './Preferences.tsx'
import classes from './Rail.module.css'
import { useUser } from './session.ts'
import { words } from './words.ts'

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part.slice(0, 1).toUpperCase())
    .join('')

export function UserMenu({ onKeys }: { onKeys: () => void }) {
  const t = useWords(words)
  const user = useUser()
  const { leave, question } = useLeaving()
  return (
    <>
      {question}
      <Menu position="right-end" offset={12} width={300}>
        <Menu.Target>
          <button type="button" className={classes.person} aria-label={`${t.menu.label}: ${user.name}`} title={user.name}>
            {initials(user.name)}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.who}>
            <div className={classes.name}>{user.name}</div>
            <div className={classes.role}>
              {t.roles[user.role]}
              {user.extension !== null && ` · ${t.extension(plainName(user.extension))}`}
            </div>
            <div className={classes.role}>{user.email}</div>
          </div>
          <Menu.Divider />
          <div className={classes.setting}>
            <span>{t.menu.language}</span>
            <LanguageSwitch />
          </div>
          <div className={classes.setting}>
            <span>{t.menu.theme}</span>
            <ThemeSwitch />
          </div>
          <Menu.Divider />
          <Menu.Item leftSection={<IconKeyboard size={18} stroke={1.5} />} rightSection={<Kbd keys="?" />} onClick={onKeys}>
            {t.menu.keys}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={18} stroke={1.5} />} onClick={leave} data-testid="sign-out">
            {t.menu.signOut}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
