/** What operators decide about a device: its cohort, its marks and its attributes, saved only over what was seen. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { Device, DeviceChange } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Conflict } from '../../../pieces/dialogs/conflict.tsx'
import { TextField } from '../../../pieces/field.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { AttributeFields } from '../attribute-fields.tsx'
import { type AttributeInput, attributeValue, inputOf } from '../attribute-input.ts'
import { changeOf, type Edited, editedFrom } from './device-edit.ts'
import { differences } from './edit-differences.ts'

export interface EditDeviceProps {
  readonly device: Device
  readonly etag: string
  readonly again: () => void
  readonly onClose: () => void
}

export function EditDevice({ device, etag, again, onClose }: EditDeviceProps) {
  // As it was when somebody began to edit it: it goes on reporting meanwhile.
  const [seen, setSeen] = useState({ device, etag })
  const [edited, setEdited] = useState(() => editedFrom(device))
  const [theirs, setTheirs] = useState<typeof seen>()
  const [refused, setRefused] = useState<Refused>()
  const path = { product: device.product, device: device.id }
  const change = changeOf(seen.device, edited)

  const send = async (body: DeviceChange, ifMatch: string) => {
    await call('PATCH /products/{product}/devices/{device}', { path, body, ifMatch })
    announce(say('device.saved'))
    again()
  }
  const save = async () => {
    try {
      if (change !== undefined) await send(change, seen.etag)
    } catch (error) {
      if (error instanceof Refused) setRefused(error)
      if (!(error instanceof Refused && error.isConflict)) throw error
      const { value, etag: now } = await call('GET /products/{product}/devices/{device}', { path })
      setTheirs({ device: value, etag: now })
      throw error
    }
  }
  if (theirs !== undefined) {
    return (
      <Conflict
        fields={differences(edited, editedFrom(theirs.device))}
        onKeepMine={() => {
          setSeen(theirs)
          setTheirs(undefined)
        }}
        onTakeTheirs={() => {
          setSeen(theirs)
          setEdited(editedFrom(theirs.device))
          setTheirs(undefined)
        }}
        onClose={onClose}
      />
    )
  }
  const write = (more: Partial<Edited>) => setEdited({ ...edited, ...more })
  const setAttribute = (index: number, input: AttributeInput | undefined) =>
    write({
      attributes: edited.attributes.flatMap((one, at) =>
        at !== index ? [one] : input === undefined ? [] : [input],
      ),
    })
  return (
    <Confirm
      title={say('device.editTitle', { device: device.id })}
      act={say('pieces.save')}
      canConfirm={
        change !== undefined &&
        edited.attributes.every((input) => attributeValue(input) !== undefined)
      }
      onConfirm={save}
      onClose={onClose}
    >
      <TextField
        label={say('fleet.cohort')}
        hint={say('device.cohortHint')}
        error={refused?.fields.get('cohort')}
        value={edited.cohort}
        onValue={(cohort) =>
          write({ cohort, pinned: cohort !== seen.device.cohort || edited.pinned })
        }
      />
      <label class="check">
        <input
          type="checkbox"
          checked={edited.pinned}
          onChange={({ currentTarget }) => write({ pinned: currentTarget.checked })}
        />
        {say('fleet.pinned')}
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={edited.test}
          onChange={({ currentTarget }) => write({ test: currentTarget.checked })}
        />
        {say('fleet.testDevice')}
      </label>
      <h3>{say('device.setByOperators')}</h3>
      {edited.attributes.map((input, index) => (
        <fieldset key={String(index)} class="attribute">
          <legend class="unseen">
            {say('device.attributeOf', {
              name: input.name === '' ? String(index + 1) : input.name,
            })}
          </legend>
          <AttributeFields
            input={input}
            error={refused?.fields.get(`attributes.${input.name}`)}
            onInput={(next) => setAttribute(index, next)}
          />
          <button type="button" onClick={() => setAttribute(index, undefined)}>
            {say('device.removeAttribute', { name: input.name })}
          </button>
        </fieldset>
      ))}
      <div class="row">
        <button
          type="button"
          onClick={() => write({ attributes: [...edited.attributes, inputOf('', '')] })}
        >
          {say('device.addAttribute')}
        </button>
      </div>
    </Confirm>
  )
}
