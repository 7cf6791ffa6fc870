import { defineWords, plural } from '../app/i18n.ts'

export const exportWords = defineWords({
  ru: {
    export: 'Выгрузить',
    xlsx: 'Книга Excel (XLSX)',
    csv: 'Таблица CSV',
    writing: (rows: number, total: number) =>
      total === 0
        ? 'Файл готовится…'
        : `Файл готовится: ${rows.toLocaleString('ru')} из ${total.toLocaleString('ru')} ${plural('ru', total, ['строки', 'строк', 'строк'])}`,
    cancel: 'Отменить',
    given: 'Файл выгружен',
    failed: 'Выгрузка не удалась. Попробуйте ещё раз.',
    exportsBusy: 'Другие ваши выгрузки ещё готовятся. Дождитесь их и повторите.',
    notSaved: 'Файл не сохранён. Проверьте связь и место на диске или выберите другую папку, затем выгрузите ещё раз.',
  },
  en: {
    export: 'Export',
    xlsx: 'Excel workbook (XLSX)',
    csv: 'CSV table',
    writing: (rows: number, total: number) =>
      total === 0
        ? 'Writing the file…'
        : `Writing the file: ${rows.toLocaleString('en')} of ${total.toLocaleString('en')} ${plural('en', total, ['row', 'rows'])}`,
    cancel: 'Cancel',
    given: 'The file is exported',
    failed: 'The export did not succeed. Try again.',
    exportsBusy: 'Your other exports are still being written. Wait for them, then try again.',
    notSaved: 'The file was not saved. Check the network and the space on the disk, or choose another folder, then export again.',
  },
})
