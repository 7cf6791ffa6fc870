import {
  type ApiClient,
  type ExportContent,
  type ExportState,
  exportFilePath,
  type Language,
} from '../../server/contract/index.ts'
import type { Platform } from '../platform/platform.ts'

export interface ExportRequest {
  readonly content: ExportContent
  readonly format: 'csv' | 'xlsx'
  readonly language: Language
}

export interface TakeExportDeps {
  readonly api: Pick<ApiClient, 'startExport' | 'exportState' | 'cancelExport'>
  readonly files: Platform['files']
  /** Between two looks at how far it is; longer the more of them were lost on end. */
  readonly wait: (lost: number) => Promise<void>
  readonly onProgress: (state: ExportState) => void
  readonly signal: AbortSignal
}

const mostLostLooks = 5

/** Has a file written and takes it. `given`: the person has it, or the browser is fetching it. Throws ApiError and what saving throws. */
export async function takeExport(request: ExportRequest, deps: TakeExportDeps): Promise<'given' | 'cancelled' | 'failed'> {
  const { api, files, signal } = deps
  let state = await api.startExport({ body: request })
  let lost = 0
  while (state.state === 'running') {
    deps.onProgress(state)
    await deps.wait(lost)
    const params = { id: state.id }
    if (signal.aborted) {
      await api.cancelExport({ params })
      return 'cancelled'
    }
    try {
      state = await api.exportState({ params })
      lost = 0
    } catch (cause) {
      // A connection that comes back finds the file further on.
      if (++lost > mostLostLooks) throw cause
    }
  }
  if (state.ticket === null) return 'failed'
  return (await files.download({ name: state.fileName, path: exportFilePath + state.ticket })) ? 'given' : 'cancelled'
}
