/** Of an exploited vulnerability: how the devices that are exposed become fewer. */
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'
import { ExposureCurve } from '../../pieces/charts/exposure-curve.tsx'

export interface MatterCurveProps {
  readonly product: string
  readonly finding: string
}

/** The count is remembered by the server for some seconds to a minute; asking more often shows nothing newer. */
const EVERY_SECONDS = 60

export function MatterCurve({ product, finding }: MatterCurveProps) {
  const exposure = useAsked(
    (signal) =>
      call('GET /products/{product}/findings/{finding}/exposure', {
        ...{ path: { product, finding }, signal },
      }).then(({ value }) => value),
    [product, finding],
    { everySeconds: EVERY_SECONDS },
  )
  // What cannot be drawn is no reason to hide what it is about.
  return exposure.value === undefined ? null : <ExposureCurve exposure={exposure.value} />
}
