import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function ReportScreen() {
  return <Screen title={say('screens.report')} />
}
