/** A share of a cohort, as a person writes it. */
import { InvalidArgumentError } from 'commander'

export function parseShare(text: string): number {
  const share = Number(text)
  if (!/^\d(\.\d{1,6})?$/.test(text) || share > 1) {
    throw new InvalidArgumentError('It has to be a number from 0 to 1, for example 0.25.')
  }
  return share
}
