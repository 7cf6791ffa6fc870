import type { Migration } from '../migration.ts'

interface Row {
  id: string
  position: number
  language: 'ru' | 'en'
  ru: string
  en: string
  sound: string
}

/** What operators play into calls, with the ones that were built in before. */
export const announcements: Migration = {
  name: '008-announcements',
  async up(db) {
    await db.schema
      .createTable('announcements')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('language', 'text', (c) => c.notNull())
      .addColumn('ru', 'text', (c) => c.notNull())
      .addColumn('en', 'text', (c) => c.notNull())
      .addColumn('sound', 'text', (c) => c.notNull())
      .execute()
    await db.$extendTables<{ announcements: Row }>().insertInto('announcements').values(firstAnnouncements()).execute()
  },
}

function firstAnnouncements(): Row[] {
  const titles = [
    ['one-moment', 'Одну минуту, уточняю', 'One moment, I am checking'],
    ['recorded', 'Разговор записывается', 'This call is recorded'],
    ['card-safe', 'Запись приостановлена', 'Recording is paused'],
    ['called-you', 'Автоответчик: мы вам звонили', 'Voicemail: we have called you'],
  ] as const
  const inRussian = titles.map(([id, ru, en]) => ({ id, language: 'ru' as const, ru, en }))
  const inEnglish = titles.map(([id, ru, en]) => ({ id: `en-${id}`, language: 'en' as const, ru, en }))
  return [...inRussian, ...inEnglish].map((each, position) => ({ ...each, position, sound: `callsync/${each.id}` }))
}
