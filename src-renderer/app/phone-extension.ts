/** A number and what is dialled behind it, as the server keeps both in one: `+74950000000;ext=12`. */
export function splitExtension(text: string): { readonly number: string; readonly extension: string | null } {
  const [number = '', extension = null] = text.split(';ext=')
  return { number, extension }
}

export const withExtension = (number: string, extension: string | null): string =>
  extension === null ? number : `${number};ext=${extension}`
