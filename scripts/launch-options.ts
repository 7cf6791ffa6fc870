import { parseArgs } from 'node:util'
import { say } from './launch-words.ts'
import { LaunchError } from './launcher.ts'

export interface LaunchOptions {
  readonly pbx: 'demo' | 'none'
  readonly open: boolean
}

/** The command line of `npm start` and `npm run dev`; null when only help was asked for. */
export function readLaunchOptions(args: readonly string[]): LaunchOptions | null {
  const { pbx, open, help } = parse(args)
  if (help) return null
  if (pbx !== 'demo' && pbx !== 'none') throw new LaunchError(`${say.badOption(`--pbx=${pbx}`)}\n${say.usage}`)
  return { pbx, open }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        pbx: { type: 'string', default: 'demo' },
        open: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowNegative: true,
    }).values
  } catch (cause) {
    throw new LaunchError(`${say.badOption(cause instanceof Error ? cause.message : String(cause))}\n${say.usage}`)
  }
}
