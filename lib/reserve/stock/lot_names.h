/* The names of lot states and classes, shared by the two files about lots. */
#ifndef RESERVE_STOCK_LOT_NAMES_H
#define RESERVE_STOCK_LOT_NAMES_H

extern const char *const lot_state_names[];
extern const char *const lot_class_names[];

#endif
