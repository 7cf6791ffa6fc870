import type { WallboardLevel } from '../../server/contract/wallboard-view.ts'
import { useTexts } from './screen.ts'
import classes from './Wallboard.module.css'

/** An alarm is not told by its colour alone. */
export function LevelSign({ level }: { level: WallboardLevel }) {
  const { t } = useTexts()
  return (
    <svg className={classes.sign} viewBox="0 0 24 24" role="img">
      <title>{t.levels[level]}</title>
      {level === 'critical' ? (
        <path d="M12 2 1 22h22L12 2Zm-1.4 7h2.8l-.4 7h-2l-.4-7Zm1.4 8.4a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3Z" />
      ) : (
        <path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1.4 4.6h2.8l-.4 7h-2l-.4-7Zm1.4 8.6a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2Z" />
      )}
    </svg>
  )
}
