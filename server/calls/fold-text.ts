/** Text made comparable for search in any alphabet: SQLite's own lower() knows ASCII only. */
export const foldText = (text: string): string => text.normalize('NFKC').toLocaleLowerCase('ru').replaceAll('ё', 'е')

/** For LIKE … ESCAPE '\': what the person typed, as plain characters, anywhere in the text. */
export const containsPattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
