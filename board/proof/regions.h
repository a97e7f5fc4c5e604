/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROOF_REGIONS_H
#define PROOF_REGIONS_H

/* Before each scenario: no region, and nothing is promised */
void regions_init(void);

#endif /* PROOF_REGIONS_H */
