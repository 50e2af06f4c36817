/** Export and import over the local API. Passphrases come in the body or in a header, never in an address. */
import { RequestError } from '@fleetward/shared'
import { readFields } from '../local-api/request-fields.ts'
import type { LocalRequest, LocalRoute } from '../local-api/route.ts'
import type { ResetDesk } from '../reset/reset-desk.ts'
import { asking } from '../reset/reset-routes.ts'
import { encryptAge } from './age/age-file.ts'
import { isRecipient, type Opener, type Recipient } from './age/stanzas.ts'
import { SECTIONS, type Section } from './archive-manifest.ts'
import { type ExportSource, exportedArchive } from './export-archive.ts'
import type { ImportDesk, ImportPreview } from './import-desk.ts'

/** A guess at a time costs half a second of a processor; twelve characters outlast the data. */
const PASSPHRASE_MIN_CHARACTERS = 12
const PASSPHRASE_MAX_BYTES = 1024

export interface OwnersDataPlace {
  readonly device: string
  readonly imports: Pick<ImportDesk, 'preview' | 'stage'>
  readonly reset: Pick<ResetDesk, 'ask'>
  /** What there is to export now. */
  source(): ExportSource
  /** Into the activity log. */
  exported(by: LocalRequest['by'], sections: readonly Section[]): Promise<void>
}

export function ownersDataRoutes(place: OwnersDataPlace): LocalRoute[] {
  return [
    {
      method: 'POST',
      path: '/1/export',
      summary:
        'One archive in the age format with `sections` (all by default), for a `passphrase` or an age `recipient`.',
      forPage: true,
      async answer(request) {
        const { to, sections } = readExport(request)
        await place.exported(request.by, sections)
        return {
          stream: encryptAge(exportedArchive(place.source(), sections), to),
          contentType: 'application/octet-stream',
          fileName: `${place.device}.age`,
        }
      },
    },
    {
      method: 'POST',
      path: '/1/import',
      summary:
        'Takes an export of a device of this product; with `dryRun=1` it only says what would change. The passphrase or age identity is in the header `fleetward-passphrase`, base64url.',
      forPage: true,
      takesUpload: true,
      async answer(request) {
        const { upload, headers, query } = request
        if (upload === undefined) throw new RequestError('REQUEST_INVALID', { field: 'upload' })
        const opener = openerFrom(headers['fleetward-passphrase'])
        const dryRun = query.get('dryRun')
        if (dryRun !== null && dryRun !== '1') {
          throw new RequestError('REQUEST_INVALID', { field: 'dryRun', expected: '1' })
        }
        if (dryRun === '1')
          return { json: previewJson(await place.imports.preview(upload, opener)) }
        const preview = await place.imports.stage(upload, opener)
        const answer = await place.reset.ask(asking('import', request))
        return { json: { ...answer, ...previewJson(preview) } }
      },
    },
  ]
}

function readExport(request: LocalRequest): {
  readonly to: Recipient
  readonly sections: readonly Section[]
} {
  return readFields(request, (fields) => {
    const sections = fields.has('sections')
      ? fields.list('sections', { min: 1, max: SECTIONS.length }, (items, index) =>
          items.oneOf(index, SECTIONS),
        )
      : SECTIONS
    const isOnce = new Set(sections).size === sections.length
    fields.require(isOnce, 'sections', 'each once')
    if (fields.has('recipient')) {
      const recipient = fields.text('recipient', 200)
      fields.require(isRecipient(recipient), 'recipient', 'an age recipient, age1…')
      return { to: { recipient }, sections }
    }
    const passphrase = fields.text('passphrase', PASSPHRASE_MAX_BYTES)
    const isLong = Array.from(passphrase).length >= PASSPHRASE_MIN_CHARACTERS
    fields.require(isLong, 'passphrase', `at least ${PASSPHRASE_MIN_CHARACTERS} characters`)
    return { to: { passphrase }, sections }
  })
}

function openerFrom(header: string | undefined): Opener {
  const text = Buffer.from(header ?? '', 'base64url').toString('utf8')
  if (text === '' || Buffer.byteLength(text) > PASSPHRASE_MAX_BYTES) {
    throw new RequestError('REQUEST_INVALID', { field: 'fleetward-passphrase' })
  }
  return text.startsWith('AGE-SECRET-KEY-1') ? { identity: text } : { passphrase: text }
}

function previewJson({ data, ...preview }: ImportPreview) {
  return { ...preview, data: { ...data, roots: [...data.roots] } }
}
