import { parentPort, workerData } from 'node:worker_threads'
import { setPhoneRegion } from '../../calls/index.ts'
import { openCsv } from './csv-file.ts'
import { listPlan } from './list-plan.ts'
import { openRows } from './open-rows.ts'
import type { FromWriter, WriteOrder } from './protocol.ts'
import type { Cell, SheetFile, SheetHead } from './sheet.ts'
import { openXlsx } from './xlsx-file.ts'

/** A thread that writes one file: rows go from the record to the disk, a few at a time. */
const rowsAtOnce = 200
const tellEvery = 5_000

const tell = (message: FromWriter): void => parentPort?.postMessage(message)

async function open({ format, path }: WriteOrder, head: SheetHead): Promise<SheetFile> {
  if (format === 'csv') return openCsv(path, head)
  if (format === 'xlsx') return openXlsx(path, head)
  const { openPdf } = await import('./pdf-file.ts')
  return openPdf(path, head)
}

async function write(order: WriteOrder): Promise<number> {
  const { content, head } = order
  if (content.kind === 'table') {
    const file = await open(order, { ...head, columns: content.columns })
    await file.rows(content.rows)
    if (content.foot) await file.foot(content.foot)
    await file.close()
    return content.rows.length
  }
  const plan = listPlan(content, { language: head.language, timeZone: head.timeZone, names: order.names })
  if (!plan) throw new Error('nothing lies behind that figure')
  const source = await openRows(order)
  try {
    const file = await open(order, { ...head, columns: plan.columns })
    const counts = [...(await source.rows(plan.counts))]
    const total = counts.reduce((sum, { counted }) => sum + Number(counted), 0)
    let written = 0
    let told = 0
    let page: Cell[][] = []
    const put = async () => {
      await file.rows(page)
      written += page.length
      page = []
      if (written - told < tellEvery) return
      told = written
      tell({ kind: 'progress', rows: written, total: Math.max(total, written) })
    }
    for (const question of plan.questions(counts)) {
      for (const row of await source.rows(question)) {
        if (plan.keeps?.(row) ?? true) page.push(plan.cells(row))
        if (page.length >= rowsAtOnce) await put()
      }
    }
    await put()
    await file.close()
    return written
  } finally {
    await source.close()
  }
}

const order: WriteOrder = workerData
setPhoneRegion(order.phoneRegion)
write(order).then(
  (rows) => tell({ kind: 'written', rows }),
  (error: unknown) => tell({ kind: 'failed', error: error instanceof Error ? error.message : String(error) }),
)
