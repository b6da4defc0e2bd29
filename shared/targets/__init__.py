"""What the city plans to reach, and how far it is: `plan.yaml` as officials write it, read by `load`; `comparing` puts
beside each target what services count of their own (`shared.running.figures`), `drawing` draws it."""
