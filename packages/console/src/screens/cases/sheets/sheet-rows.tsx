/** The rows of a sheet in the portal's order, each with what is to be copied and a button that does it. */
import type { CaseSheet } from '../../../api/operator-api.gen.ts'
import { Tag } from '../../../pieces/tag.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { toldWords } from '../../../words/told.ts'

/** As the sheet has it; the API says only that a row is an object. */
interface Row {
  readonly number: string
  readonly id: string
  readonly title: string
  readonly requirement: string
  readonly text: string
  readonly origin: string
  readonly characters: number
  readonly maxCharacters?: number
  readonly overBy: number
  readonly mayBeCut: boolean
  readonly isMissing: boolean
  readonly isExpectedByLaw: boolean
  readonly invalid?: string
  readonly remark?: string
}

export function SheetRows({ of }: { readonly of: CaseSheet }) {
  return (
    <ol class="sheet">
      {(of.rows as unknown as readonly Row[]).map((row) => (
        <SheetRow key={row.number} row={row} />
      ))}
    </ol>
  )
}

function SheetRow({ row }: { readonly row: Row }) {
  const { number, id, title, requirement, text, characters, maxCharacters, overBy } = row
  const field = `${number}-${id}`
  // Beside the title, not in its place: the portal has it in English.
  const titleWords = toldWords('portal', field)
  return (
    <li id={`field-${number}`} class={row.isMissing ? 'sheet-row is-missing' : 'sheet-row'}>
      <div class="sheet-head">
        <h3>
          <span class="quiet">{number}</span> <span lang="en">{title}</span>
        </h3>
        {titleWords !== undefined && <span>{titleWords}</span>}
        <span class="quiet">
          {sayIfKnown('cases', `requirement_${requirement}`) ?? requirement}
        </span>
        {row.isMissing && <Tag tone="bad">{say('cases.isMissing')}</Tag>}
        {row.isExpectedByLaw && <Tag tone="waits">{say('cases.isExpected')}</Tag>}
        {row.origin === 'before' && <Tag tone="quiet">{say('cases.fromBefore')}</Tag>}
        {overBy > 0 && <Tag tone="bad">{say('cases.tooLong', { count: overBy })}</Tag>}
        {row.mayBeCut && <Tag tone="waits">{say('cases.mayBeCut')}</Tag>}
        {row.invalid !== undefined && <Tag tone="bad">{say('cases.invalid')}</Tag>}
      </div>
      {text === '' ? (
        <p class="quiet">{say('form.notWritten')}</p>
      ) : (
        <p class="sheet-value written">{text}</p>
      )}
      <div class="row">
        {text !== '' && (
          <button
            type="button"
            aria-label={say('cases.copyField', { field: title })}
            onClick={() =>
              void navigator.clipboard.writeText(text).then(() => announce(say('pieces.copied')))
            }
          >
            {say('pieces.copy')}
          </button>
        )}
        {maxCharacters !== undefined && (
          <span class="quiet">{say('cases.length', { characters, max: maxCharacters })}</span>
        )}
        {row.invalid !== undefined && (
          <span class="field-error" lang="en">
            {row.invalid}
          </span>
        )}
        {row.remark !== undefined && (
          <span class="quiet">
            <Told words={toldWords('portalRemarks', field)} sentence={row.remark} />
          </span>
        )}
      </div>
    </li>
  )
}
