// Property tests try the same inputs every time, so that `npm test` says the same of the same code; FC_SEED=number tries others.
// Looking for new ones is what `npm run fuzz` is for.
import * as fc from 'fast-check'

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FC_SEED'] ?? 20_260_101) })
